using Inro.Cli.Arguments;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro init</c>: podman's flags, output and exit status. See podman-init(1).</summary>
internal sealed class InitVerb : EachVerb
{
    private readonly ContainerSelection selection = new(static state => state is ContainerState.Created or ContainerState.Exited);

    public override string Summary => "Make all of one or more containers but the first step of their programs, which start lets begin";

    public override string[] Aliases => ["container init", "init"];

    public override ContainerSelection? Selection => selection;

    public override bool NeedsIds => true;

    public override int OwnFailure => ExitStatus.Refused;

    public override void AddFlags(FlagTable table) => selection.AddAll(table).AddLatest(table);

    protected override string Apply(string operand, Session session)
    {
        ContainerRecord container = session.Containers.Find(operand);
        ContainerCreation.GiveHooks(container.Id, session);
        StartVerb.Warned(session.Containers.Initialize(container.Id))?.Connection?.Dispose();
        return operand;
    }
}
