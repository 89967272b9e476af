using Inro.Cli.Arguments;
using Inro.Cli.Output;

namespace Inro.Cli.Verbs.Checkpoints;

/// <summary><c>inro checkpoint ls</c>.</summary>
internal sealed class CheckpointLsVerb : Verb
{
    private string? directory;

    public override string Usage => "[OPTIONS] CONTAINER";

    public override string Summary => "List checkpoints for a container";

    public override string[] Aliases => ["checkpoint ls", "checkpoint list"];

    public override bool NeedsIds => true;

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) => CheckpointVerbs.AddDirectory(table, "Use a custom checkpoint storage directory", v => directory = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        FieldList[] rows = [.. session.Containers.ListCheckpoints(session.Containers.Find(operands[0]).Id, directory).Select(static name => new FieldList(("Name", name)))];
        Screen.Write(TableFormat.Render(null, "{{.Name}}", new FieldList(("Name", "CHECKPOINT NAME")), rows));
        return ExitStatus.Success;
    }
}
