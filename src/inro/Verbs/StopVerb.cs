using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;

namespace Inro.Cli.Verbs;

/// <summary><c>inro stop</c>.</summary>
internal sealed class StopVerb : EachVerb
{
    private readonly ContainerSelection selection = new(ContainerSelection.Running);
    private readonly StopFlags stop = new();

    public override string Summary => "Stop one or more running containers";

    public override ContainerSelection? Selection => selection;

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container stop", "stop"];

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table)
    {
        stop.AddTo(table);
        selection.AddAll(table).AddLatest(table).AddFile(table).AddIgnore(table, 'i');
    }

    protected override string Apply(string operand, Session session)
    {
        try
        {
            if (session.Containers.Stop(session.Containers.Find(operand).Id, stop.Signal, stop.Grace) is { } note) { Screen.WriteError($"NOTE: {note}"); }
        }
        catch (EngineException already) when (already.Code == ErrorCode.NotModified)
        {
            // It is stopped, which is what was asked.
        }

        return operand;
    }
}
