using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs;

/// <summary><c>inro pause</c> and <c>inro unpause</c>.</summary>
internal sealed class PauseVerb : EachVerb
{
    /// <summary>Whether this is <c>pause</c>.</summary>
    public required bool Pauses { get; init; }

    public override string Usage => "CONTAINER [CONTAINER...]";

    public override string Summary => Pauses ? "Pause all processes within one or more containers" : "Unpause all processes within one or more containers";

    public override bool NeedsIds => true;

    public override string[] Aliases => Pauses ? ["container pause", "pause"] : ["container unpause", "unpause"];

    public override Completion Offers => Completion.RunningContainer;

    protected override string Apply(string operand, Session session)
    {
        string id = session.Containers.Find(operand).Id;
        if (Pauses) { session.Containers.Pause(id); }
        else { session.Containers.Unpause(id); }

        return operand;
    }
}
