using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Shim;

namespace Inro.Cli.Verbs;

/// <summary><c>inro start</c>.</summary>
internal sealed class StartVerb : EachVerb
{
    private readonly ContainerSelection selection = new(static state => !ContainerSelection.Running(state));
    private bool attach;
    private bool interactive;
    private bool proxiesSignals = true;
    private string? detachKeys;
    private string? checkpoint;
    private string? checkpointDirectory;

    public override string Summary => "Start one or more stopped containers";

    public override ContainerSelection? Selection => selection;

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container start", "start"];

    public override void AddFlags(FlagTable table)
    {
        Checkpoints.CheckpointVerbs.AddDirectory(table, "Use a custom checkpoint storage directory", v => checkpointDirectory = v)
            .Text("checkpoint", '\0', "Restore from this checkpoint", v => checkpoint = v)
            .Switch("attach", 'a', "Attach STDOUT/STDERR and forward signals", v => attach = v)
            .Text("detach-keys", '\0', "Override the key sequence for detaching a container", v => detachKeys = v)
            .Switch("interactive", 'i', "Attach container's STDIN", v => interactive = v)
            .Switch("sig-proxy", '\0', "Proxy received signals to the process", v => proxiesSignals = v, initially: true);
        selection.AddAll(table, letter: '\0').AddLatest(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (checkpoint is not null && operands.Count > 1) { throw new UsageException("you cannot restore multiple containers at once", ExitStatus.Failure); }

        if (!attach && !interactive) { return base.Run(operands, session); }

        if (operands.Count > 1) { throw new UsageException("you cannot start and attach multiple containers at once", ExitStatus.Failure); }

        ContainerRecord container = session.Containers.Find(operands[0]);
        ContainerConfig config = container.Config with
        {
            AttachStdin = interactive,
            AttachStdout = true,
            AttachStderr = true,
            DetachKeys = detachKeys ?? container.Config.DetachKeys,
        };
        AttachRequest streams = ContainerStreams.Request(config, commits: true);
        using ShimClient connection = Warned(Start(session, container.Id, streams, ContainerStreams.Size(config.Tty))).Connection
            ?? throw new EngineException(ErrorCode.Internal, $"the shim of {operands[0]} gave no connection");
        ServiceManager.TellReady();
        return ContainerStreams.Follow(session, container.Id, connection, config, proxiesSignals);
    }

    protected override string Apply(string operand, Session session)
    {
        try
        {
            Warned(Start(session, session.Containers.Find(operand).Id, null, null)).Connection?.Dispose();
        }
        catch (EngineException already) when (already.Code == ErrorCode.NotModified)
        {
            // It runs, which is what was asked.
        }

        return operand;
    }

    private StartedContainer Start(Session session, string id, AttachRequest? streams, Inro.Linux.Terminals.WindowSize? size)
    {
        ContainerCreation.GiveHooks(id, session);
        return checkpoint is null ? session.Containers.Start(id, streams, size) : session.Containers.Restore(id, new CheckpointPlace(checkpoint, checkpointDirectory), streams, size);
    }

    /// <summary>Tells what could not be kept.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(started))]
    internal static StartedContainer? Warned(StartedContainer? started)
    {
        foreach (string warning in started?.Warnings ?? []) { Screen.WriteError($"WARNING: {warning}"); }

        return started;
    }
}
