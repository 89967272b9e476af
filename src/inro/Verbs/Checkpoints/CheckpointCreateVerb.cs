using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs.Checkpoints;

/// <summary><c>inro checkpoint create</c>: writes a running container to disk.</summary>
internal sealed class CheckpointCreateVerb : Verb
{
    private string? directory;
    private bool leavesRunning;

    public override string Usage => "[OPTIONS] CONTAINER CHECKPOINT";

    public override string Summary => "Create a checkpoint from a running container";

    public override bool NeedsIds => true;

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table) => CheckpointVerbs.AddDirectory(table, "Use a custom checkpoint storage directory", v => directory = v)
        .Switch("leave-running", '\0', "Leave the container running after checkpoint", v => leavesRunning = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        session.Containers.Checkpoint(session.Containers.Find(operands[0]).Id, new CheckpointPlace(operands[1], directory), leavesRunning);
        Screen.WriteLine(operands[1]);
        return ExitStatus.Success;
    }
}
