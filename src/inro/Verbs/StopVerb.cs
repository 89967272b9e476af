using Inro.Cli.Arguments;
using Inro.Engine;

namespace Inro.Cli.Verbs;

/// <summary><c>inro stop</c>.</summary>
internal sealed class StopVerb : EachVerb
{
    private string? signal;
    private TimeSpan? grace;

    public override string Summary => "Stop one or more running containers";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container stop", "stop"];

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table) => table
        .Text("signal", 's', "Signal to send to the container", v => signal = v, offers: Completion.Of(KillVerb.Signals))
        .Number("timeout", 't', "Seconds to wait before killing the container", SetGrace, least: -1, most: int.MaxValue)
        .Add(new Flag { Name = "time", ValueName = "int", Help = "", IsHidden = true, Set = v => SetGrace(FlagValue.Whole(v, -1, int.MaxValue)) });

    protected override string Apply(string operand, Session session)
    {
        try
        {
            session.Containers.Stop(session.Containers.Find(operand).Id, signal, grace);
        }
        catch (EngineException already) when (already.Code == ErrorCode.NotModified)
        {
            // It is stopped, which is what was asked.
        }

        return operand;
    }

    private void SetGrace(long seconds) => grace = TimeSpan.FromSeconds(seconds);
}
