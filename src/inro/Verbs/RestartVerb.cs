using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs;

/// <summary><c>inro restart</c>.</summary>
internal sealed class RestartVerb : EachVerb
{
    private readonly StopFlags stop = new();

    public override string Summary => "Restart one or more containers";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container restart", "restart"];

    public override void AddFlags(FlagTable table) => stop.AddTo(table);

    protected override string Apply(string operand, Session session)
    {
        session.Containers.Restart(session.Containers.Find(operand).Id, stop.Signal, stop.Grace).Connection?.Dispose();
        return operand;
    }
}
