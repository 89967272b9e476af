using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Images;
using Inro.Engine.Volumes;

namespace Inro.Cli.Verbs;

/// <summary><c>inro system prune</c>: all that nobody uses.</summary>
internal sealed class SystemPruneVerb : Verb
{
    private readonly PruneFlags prune = new();
    private bool all;
    private bool withVolumes;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Remove unused data";

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table)
    {
        prune.AddTo(table);
        table
            .Switch("all", 'a', "Remove all unused images not just dangling ones", v => all = v)
            .Add(new Flag { Name = "build", Help = "Remove build containers", ValueWhenBare = "true", Set = static v => FlagValue.Boolean(v), IsHidden = true })
            .Add(new Flag { Name = "external", Help = "Remove container data in storage not controlled by the engine", ValueWhenBare = "true", Set = static v => FlagValue.Boolean(v), IsHidden = true })
            .Switch("volumes", '\0', "Prune anonymous volumes", v => withVolumes = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (withVolumes && prune.Has("until")) { throw new UsageException("ERROR: The \"until\" filter is not supported with \"--volumes\"", ExitStatus.Failure); }

        PruneConditions conditions = prune.Conditions(session.NowNanoseconds);
        if (!prune.IsForced && !Confirmation.Asked(Warning()))
        {
            Failures.Tell("system prune has been cancelled", remedy: null);
            return ExitStatus.Failure;
        }

        ContainerPruneReport containers = session.Containers.Prune(conditions);
        Tell("Deleted Containers:", containers.Ids);
        long freed = containers.FreedBytes;
        if (withVolumes)
        {
            VolumePruneReport volumes = session.Volumes.Prune(all: false, conditions, isDryRun: false);
            Tell("Deleted Volumes:", volumes.Names);
            freed += volumes.FreedBytes;
        }

        PruneReport images = session.Images.Prune(new PruneRequest { All = all, Conditions = conditions });
        Tell("Deleted Images:", images.Lines);
        Screen.WriteLine($"Total reclaimed space: {HumanUnits.Size(freed + images.FreedBytes)}");
        return ExitStatus.Success;
    }

    private string Warning()
    {
        string text = "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n";
        if (withVolumes) { text += "  - all anonymous volumes not used by at least one container\n"; }

        text += all ? "  - all images without at least one container associated to them\n  - all build cache\n" : "  - all dangling images\n  - unused build cache\n";
        if (!prune.HasConditions) { return text; }

        return text + "\n  Items to be pruned will be filtered with:\n" + string.Concat(prune.Typed.Select(static f => $"  - {f.Key}={f.Value}\n"));
    }

    private static void Tell(string heading, IReadOnlyList<string> names)
    {
        if (names.Count > 0) { Screen.Write($"{heading}\n{string.Concat(names.Select(static n => n + "\n"))}\n"); }
    }
}
