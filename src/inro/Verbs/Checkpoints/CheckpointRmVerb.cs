using Inro.Cli.Arguments;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs.Checkpoints;

/// <summary><c>inro checkpoint rm</c>.</summary>
internal sealed class CheckpointRmVerb : Verb
{
    private string? directory;

    public override string Usage => "[OPTIONS] CONTAINER CHECKPOINT";

    public override string Summary => "Remove a checkpoint";

    public override string[] Aliases => ["checkpoint rm", "checkpoint remove"];

    public override bool NeedsIds => true;

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) => CheckpointVerbs.AddDirectory(table, "Specify the checkpoint storage directory", v => directory = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        session.Containers.RemoveCheckpoint(session.Containers.Find(operands[0]).Id, new CheckpointPlace(operands[1], directory));
        return ExitStatus.Success;
    }
}
