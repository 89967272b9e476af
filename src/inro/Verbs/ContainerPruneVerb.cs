using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro container prune</c>: containers that do not run.</summary>
internal sealed class ContainerPruneVerb : Verb
{
    private readonly PruneFlags prune = new();

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Remove all stopped containers";

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table) => prune.AddTo(table);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        Engine.PruneConditions conditions = prune.Conditions(session.NowNanoseconds);
        if (!prune.IsForced && !Confirmation.Asked("WARNING! This will remove all stopped containers."))
        {
            Failures.Tell("container prune has been cancelled", remedy: null);
            return ExitStatus.Failure;
        }

        ContainerPruneReport report = session.Containers.Prune(conditions);
        if (report.Ids.Count > 0) { Screen.Write("Deleted Containers:\n" + string.Concat(report.Ids.Select(static id => id + "\n")) + "\n"); }

        Screen.WriteLine($"Total reclaimed space: {HumanUnits.Size(report.FreedBytes)}");
        return ExitStatus.Success;
    }
}
