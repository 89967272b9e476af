using Inro.Cli.Arguments;
using Inro.Cli.Output;

namespace Inro.Cli.Verbs;

/// <summary><c>inro update</c>: other limits and another restart policy for containers that are there.</summary>
internal sealed class UpdateVerb : EachVerb
{
    private readonly ContainerFlags flags = new(Environment.GetEnvironmentVariable);
    private readonly ContainerSelection selection = new(states: null);

    public override string Summary => "Update configuration of one or more containers";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container update", "update"];

    public override ContainerSelection? Selection => selection;

    public override void AddFlags(FlagTable table)
    {
        flags.AddChangeable(table);
        flags.AddChangeableBeyondDocker(table);
        selection.AddLatest(table, letter: '\0');
    }

    protected override string Apply(string operand, Session session)
    {
        if (!flags.HasChanges) { throw new UsageException("you must provide one or more flags when using this command", ExitStatus.Failure); }

        foreach (string warning in session.Containers.Update(session.Containers.Find(operand).Id, flags.Change)) { Screen.WriteError($"WARNING: {warning}"); }

        return operand;
    }
}
