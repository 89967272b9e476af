using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs;

/// <summary><c>inro kill</c>.</summary>
internal sealed class KillVerb : EachVerb
{
    private readonly ContainerSelection selection = new(ContainerSelection.Running);
    private string signal = "KILL";

    public override string Summary => "Kill one or more running containers";

    public override ContainerSelection? Selection => selection;

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container kill", "kill"];

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table)
    {
        table.Text("signal", 's', "Signal to send to the container", v => signal = v, offers: Completion.Of(StopFlags.Signals));
        selection.AddAll(table).AddLatest(table).AddFile(table);
    }

    protected override string Apply(string operand, Session session)
    {
        session.Containers.Kill(session.Containers.Find(operand).Id, signal);
        return operand;
    }
}
