using Inro.Cli.Arguments;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro pause</c> and <c>inro unpause</c>.</summary>
internal sealed class PauseVerb : EachVerb
{
    private readonly ContainerSelection selection;

    public PauseVerb() => selection = new(state => state == (Pauses ? ContainerState.Running : ContainerState.Paused));

    /// <summary>Whether this is <c>pause</c>.</summary>
    public required bool Pauses { get; init; }

    public override string Usage => "[OPTIONS] CONTAINER [CONTAINER...]";

    public override string Summary => Pauses ? "Pause all processes within one or more containers" : "Unpause all processes within one or more containers";

    public override ContainerSelection? Selection => selection;

    public override bool NeedsIds => true;

    public override string[] Aliases => Pauses ? ["container pause", "pause"] : ["container unpause", "unpause"];

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table) => selection.AddAll(table).AddLatest(table).AddFile(table);

    protected override string Apply(string operand, Session session)
    {
        string id = session.Containers.Find(operand).Id;
        if (Pauses) { session.Containers.Pause(id); }
        else { session.Containers.Unpause(id); }

        return operand;
    }
}
