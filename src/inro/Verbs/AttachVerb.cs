using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Attach;
using Inro.Engine.Containers;
using Inro.Engine.Shim;
using Inro.Linux.Terminals;

namespace Inro.Cli.Verbs;

/// <summary><c>inro attach</c>: joins this terminal to a running container.</summary>
internal sealed class AttachVerb : Verb
{
    private readonly ContainerSelection selection = new(states: null);
    private bool noStdin;
    private bool proxiesSignals = true;
    private string? detachKeys;

    public override string Usage => "[OPTIONS] CONTAINER";

    public override string Summary => "Attach local standard input, output, and error streams to a running container";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container attach", "attach"];

    public override ContainerSelection? Selection => selection;

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table)
    {
        table
            .Text("detach-keys", '\0', "Override the key sequence for detaching a container", v => detachKeys = v)
            .Switch("no-stdin", '\0', "Do not attach STDIN", v => noStdin = v)
            .Switch("sig-proxy", '\0', "Proxy all received signals to the process", v => proxiesSignals = v, initially: true);
        selection.AddLatest(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ContainerRecord container = session.Containers.Find(operands[0]);
        ContainerConfig config = container.Config;
        if (container.State == ContainerState.Paused)
        {
            throw new EngineException(ErrorCode.Conflict, "cannot attach to a paused container, unpause the container first", $"inro unpause {operands[0]}");
        }

        if (container.State != ContainerState.Running)
        {
            throw new EngineException(ErrorCode.Conflict, "cannot attach to a stopped container, start it first", $"inro start -a {operands[0]}");
        }

        bool wantsInput = !noStdin && config.OpenStdin;
        ContainerStreams.RequireTerminal(wantsInput, config.Tty);
        using ShimClient connection = ShimClient.TryConnect(session.Paths.RunDirectory(container.Id)) ?? throw ContainerStreams.Lost(container.Id);
        connection.Attach(new AttachRequest { Stdin = wantsInput, Stdout = true, Stderr = !config.Tty, Commits = true });
        Redraw(connection, config.Tty);
        AttachResult result = TerminalSession.Run(connection, ContainerStreams.Options(config.Tty, detachKeys ?? config.DetachKeys, proxiesSignals));
        if (result.Outcome == AttachOutcome.Detached)
        {
            Screen.WriteError("read escape sequence");
            return ExitStatus.Success;
        }

        if (result.Exit is not { } exit) { throw ContainerStreams.Lost(container.Id); }

        session.Containers.Exited(container.Id, ContainerService.ToExit(exit), connection);
        connection.Committed();
        return exit.ExitCode ?? throw ContainerStreams.Unseen(container.Id);
    }

    /// <summary>A full-screen program draws itself again when its terminal's size changes, and only then.</summary>
    private static void Redraw(ShimClient connection, bool tty)
    {
        if (ContainerStreams.Size(tty) is not { } size) { return; }

        connection.Resize(new WindowSize((ushort)(size.Rows + 1), (ushort)(size.Columns + 1)));
        connection.Resize(size);
    }
}
