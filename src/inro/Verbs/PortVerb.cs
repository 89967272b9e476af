using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro port</c>: which ports of the host lead to a container.</summary>
internal sealed class PortVerb : Verb
{
    private readonly ContainerSelection selection = new(states: null) { LeavesOperands = true };
    private bool all;

    public override string Usage => "CONTAINER [PRIVATE_PORT[/PROTO]]";

    public override string Summary => "List port mappings or a specific mapping for the container";

    public override string[] Aliases => ["container port", "port"];

    public override bool NeedsIds => true;

    public override ContainerSelection? Selection => selection;

    public override int LeastOperands => all ? 0 : 1;

    public override int MostOperands => 2;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table)
    {
        table.Switch("all", 'a', "Show the ports of all containers", v => all = v);
        selection.AddLatest(table);
    }

    // The networks that there are publish nothing.
    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (all) { return operands.Count == 0 ? ExitStatus.Success : throw new UsageException("--all and a container cannot be used together", ExitStatus.Failure); }

        ContainerRecord container = session.Containers.Find(operands[0]);
        if (operands.Count == 1) { return ExitStatus.Success; }

        string port = operands[1].Contains('/', StringComparison.Ordinal) ? operands[1] : operands[1] + "/tcp";
        throw new EngineException(ErrorCode.NotFound, $"No public port '{port}' published for {operands[0]}", $"network mode of {container.Name}: {container.Config.NetworkMode ?? "none"}");
    }
}
