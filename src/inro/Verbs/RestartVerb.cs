using Inro.Cli.Arguments;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro restart</c>.</summary>
internal sealed class RestartVerb : EachVerb
{
    private readonly ContainerSelection selection = new(static _ => true);
    private bool onlyRunning;
    private readonly StopFlags stop = new();

    public override string Summary => "Restart one or more containers";

    public override ContainerSelection? Selection => selection;

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container restart", "restart"];

    public override void AddFlags(FlagTable table)
    {
        stop.AddTo(table);
        selection.AddAll(table).AddLatest(table).AddFile(table);
        table.Switch("running", '\0', "Restart only those that run", v => onlyRunning = v);
    }

    protected override string Apply(string operand, Session session)
    {
        ContainerRecord container = session.Containers.Find(operand);
        if (onlyRunning && !ContainerSelection.Running(container.State)) { return operand; }

        ContainerCreation.GiveHooks(container.Id, session);
        session.Containers.Restart(container.Id, stop.Signal, stop.Grace).Connection?.Dispose();
        return operand;
    }
}
