using Inro.Cli.Arguments;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro rm</c>.</summary>
internal sealed class RmVerb : EachVerb
{
    private bool force;
    private bool volumes;

    public override string Summary => "Remove one or more containers";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container rm", "container remove", "rm"];

    public override void AddFlags(FlagTable table) => table
        .Switch("force", 'f', "Force the removal of a running container (uses SIGKILL)", v => force = v)
        .Switch("volumes", 'v', "Remove anonymous volumes associated with the container", v => volumes = v);

    protected override string Apply(string operand, Session session)
    {
        session.Containers.Remove(session.Containers.Find(operand).Id, new RemoveOptions(force, volumes));
        return operand;
    }
}
