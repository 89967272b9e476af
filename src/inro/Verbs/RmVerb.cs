using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro rm</c>.</summary>
internal sealed class RmVerb : EachVerb
{
    private bool force;
    private bool link;
    private bool volumes;

    public override string Summary => "Remove one or more containers";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container rm", "container remove", "rm"];

    public override void AddFlags(FlagTable table) => table
        .Switch("force", 'f', "Force the removal of a running container (uses SIGKILL)", v => force = v)
        .Switch("link", 'l', "Remove the specified link", v => link = v)
        .Switch("volumes", 'v', "Remove anonymous volumes associated with the container", v => volumes = v);

    protected override string Apply(string operand, Session session)
    {
        if (link) { throw new EngineException(ErrorCode.InvalidArgument, $"cannot remove link {operand}: links belong to the default bridge of docker, which is not there", "connect containers by a network, where names are known"); }

        session.Containers.Remove(session.Containers.Find(operand).Id, new RemoveOptions(force, volumes));
        return operand;
    }
}
