using Inro.Linux;
using Inro.Linux.Memory;
using Inro.Linux.Sockets;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>One connection to a container's shim. Not thread-safe: one caller, blocking calls.</summary>
/// <remarks>
/// A connection is about one process: the container's first one, or, after <see cref="Exec"/>, that exec.
/// Every call throws <see cref="ShimException"/> when the shim refuses or is gone. Starting: <c>ShimClient.Start.cs</c>.
/// </remarks>
public sealed partial class ShimClient : IDisposable
{
    /// <summary>A shim answers within milliseconds; a start or an exec may have hooks to run.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(5);

    /// <summary>Longest wait for the first word of a shim, which may be giving a container back.</summary>
    private static readonly TimeSpan GreetPatience = TimeSpan.FromSeconds(40);

    /// <summary>Longest wait for a shim that gives back a container; its own waits there are a third of that.</summary>
    private static readonly TimeSpan GiveBackPatience = TimeSpan.FromSeconds(30);

    private readonly ShimChannel channel;
    private ExitRecord? exit;
    private bool givesBack;
    private bool isAllGivenBack = true;
    private bool logGrew;
    private bool isLost;
    private TimeSpan? patience;

    private ShimClient(ShimChannel channel) => this.channel = channel;

    /// <summary>What the shim said of the container when it started it, or when this client connected.</summary>
    public StartedRecord? Started { get; private set; }

    /// <summary>Streams of the process, after an attach. They stay this client's.</summary>
    public ShimStreams? Streams { get; private set; }

    /// <summary>The connection's descriptor: readable when a message came (the end of the process) or the shim is gone.</summary>
    public int Descriptor => channel.Descriptor;

    /// <summary>The shim is gone; if it was killed, the container may run on.</summary>
    public bool IsLost => isLost;

    /// <summary>No message will come any more: the process has ended, or the shim is gone.</summary>
    public bool IsFinished => isLost || exit is not null;

    /// <summary>The connection is about an exec.</summary>
    public bool IsExec { get; private set; }

    /// <summary>Id of the exec; empty before <see cref="Exec"/>.</summary>
    public string ExecId { get; private set; } = "";

    /// <summary>How the exec has ended, as far as this connection was told.</summary>
    public ExitRecord? ExecExit => IsExec ? exit : null;

    /// <summary>Pid of the exec as the host numbers it; 0 before <see cref="Exec"/>.</summary>
    public int ExecPid { get; private set; }

    /// <summary>Connects to the shim of a container; null: none listens (it never ran, has ended, or its shim was killed).</summary>
    /// <param name="runDirectory">The container's run directory.</param>
    /// <param name="commits">This client records the end, see <see cref="AttachRequest.Commits"/>.</param>
    /// <param name="patience">Longest wait for each of its answers; null: as long as what is asked may take.</param>
    /// <exception cref="ShimException">It is there and says nothing (<see cref="ShimException.IsSilent"/>), or refuses.</exception>
    public static ShimClient? TryConnect(string runDirectory, bool commits = false, TimeSpan? patience = null)
    {
        SeqPacketSocket socket;
        try { socket = SeqPacketSocket.Connect(runDirectory + "/" + ShimListener.FileName); }
        catch (LinuxException failure) when (failure.Errno is Errno.ENOENT or Errno.ECONNREFUSED) { return null; }

        var client = new ShimClient(new ShimChannel(socket)) { patience = patience ?? GreetPatience };
        try
        {
            client.Ask(new ShimMessage { Kind = ShimMessageKind.Hello, Version = ShimVersion.Current, Commits = commits }).Dispose();
            client.patience = patience;
            return client;
        }
        catch (ShimException) when (client.isLost)
        {
            client.Dispose();
            return null; // it ended while we connected
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Joins the container's streams; output from now on.</summary>
    public ShimStreams Attach(AttachRequest request)
    {
        using ClientPipes pipes = ClientPipes.ForContainer(request);
        using ReceivedMessage answer = Ask(pipes.Describe(new ShimMessage { Kind = ShimMessageKind.Attach, Commits = request.Commits }), pipes.Far);
        Streams = pipes.TakeNear(answer);
        return Streams;
    }

    /// <summary>Starts a process in the container; from now on this connection is about that process.</summary>
    /// <returns>Its pid as the host numbers it.</returns>
    public int Exec(ShimExecRequest request)
    {
        AttachRequest wanted = request.Attach ?? new AttachRequest { Stdout = false, Stderr = false };
        using ClientPipes pipes = request.Terminal ? ClientPipes.ForTerminal(wanted) : ClientPipes.ForExec(wanted);
        using SafeFileHandle definition = MemoryFile.CreateSealed("process", executable: false, request.Process.Span);
        ShimMessage message = pipes.Describe(new ShimMessage
        {
            Kind = ShimMessageKind.Exec,
            ExecId = request.ExecId,
            Commits = wanted.Commits,
            Terminal = request.Terminal,
            Size = request.WindowSize,
            Kept = request.Kept.Count,
        });
        using ReceivedMessage answer = Ask(message, [definition, .. pipes.Far, .. request.Kept]);
        Streams = pipes.TakeNear(answer);
        IsExec = true;
        ExecId = request.ExecId;
        exit = null;
        return ExecPid = answer.Message.Pid;
    }

    /// <summary>Sets the size of the process's terminal.</summary>
    public void Resize(WindowSize size) => Ask(new ShimMessage { Kind = ShimMessageKind.Resize, Size = size }).Dispose();

    /// <summary>Sets the size of an exec's terminal, whoever started it.</summary>
    public void ResizeExec(string execId, WindowSize size) => Ask(new ShimMessage { Kind = ShimMessageKind.ResizeExec, ExecId = execId, Size = size }).Dispose();

    /// <summary>Sends a signal to the process, through its pidfd.</summary>
    public void Signal(int signal) => Ask(new ShimMessage { Kind = ShimMessageKind.Signal, Signal = signal }).Dispose();

    /// <summary>The same where the process may have ended meanwhile; false: it has, or the shim is gone.</summary>
    public bool TrySignal(int signal)
    {
        try
        {
            Signal(signal);
            return true;
        }
        catch (ShimException) when (IsFinished) { return false; }
    }

    /// <summary>Ends the process's input: it reads end of file after what was written. Nothing happens to a terminal.</summary>
    public void CloseStdin()
    {
        if (Streams is { Stdin: { } input })
        {
            input.Dispose();
            Streams.Stdin = null;
        }

        Ask(new ShimMessage { Kind = ShimMessageKind.CloseStdin }).Dispose();
    }

    /// <summary>Leaves the streams; the process goes on. Its end is no longer this client's to record.</summary>
    public void Detach()
    {
        Ask(new ShimMessage { Kind = ShimMessageKind.Detach }).Dispose();
        Streams?.Dispose();
        Streams = null;
    }

    /// <summary>Tells the shim that the end is in the database, so that it need not see to that. Never fails.</summary>
    public void Committed() => channel.TrySend(new ShimMessage { Kind = ShimMessageKind.Committed }, []);

    /// <summary>Waits for the end of the process; null: the time ran out first.</summary>
    /// <param name="timeout">Longest wait; null: for ever.</param>
    /// <exception cref="ShimException">The shim was lost; how the process ends is not known here.</exception>
    public ExitRecord? WaitForExit(TimeSpan? timeout)
    {
        long begun = Environment.TickCount64;
        while (exit is null)
        {
            TimeSpan? left = timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
            using ReceivedMessage? message = Next(left < TimeSpan.Zero ? TimeSpan.Zero : left);
            if (message is null) { return null; }
        }

        return exit;
    }

    /// <summary>After the end: waits until nothing of the container is left but its files. A client that records the end is told of it before.</summary>
    /// <returns>False: the shim is gone, or could not give back all; somebody else must give back what it has left.</returns>
    /// <exception cref="EngineException">The shim is there and does not get on.</exception>
    internal bool AwaitGivenBack()
    {
        try
        {
            while (givesBack)
            {
                using ReceivedMessage? message = Next(GiveBackPatience) ?? throw Stuck();
            }

            return isAllGivenBack;
        }
        catch (ShimException) when (isLost) { return false; }
    }

    /// <summary>Waits until the shim has written to the log after <paramref name="position"/>, or the container has ended.</summary>
    /// <param name="position">What an earlier call returned; 0 at first.</param>
    /// <param name="timeout">Longest wait; null: for ever.</param>
    /// <returns>The new position; the same: the time ran out, or the shim is gone (<see cref="IsLost"/>) or the container has ended.</returns>
    public long AwaitLog(long position, TimeSpan? timeout)
    {
        logGrew = false;
        if (!channel.TrySend(new ShimMessage { Kind = ShimMessageKind.AwaitLog, Position = position }, []))
        {
            isLost = true;
            return position;
        }

        while (!logGrew)
        {
            ReceivedMessage? message;
            try { message = Next(timeout); }
            catch (ShimException) when (isLost) { return position; }

            using (message)
            {
                if (message is null) { return position; }

                if (message.Message.Kind == ShimMessageKind.LogGrew) { return message.Message.Position; }
            }
        }

        return position;
    }

    /// <summary>Lets the shim test the container's health now.</summary>
    /// <returns>0: well; else what the check said.</returns>
    public (int ExitCode, string Output) CheckHealth()
    {
        using ReceivedMessage answer = Ask(new ShimMessage { Kind = ShimMessageKind.Check });
        return (answer.Message.ExitCode ?? 1, answer.Message.Problem ?? "");
    }

    /// <summary>Ids of the execs that run.</summary>
    public IReadOnlyList<string> ListExecs()
    {
        using ReceivedMessage answer = Ask(new ShimMessage { Kind = ShimMessageKind.ListExecs });
        return answer.Message.ExecId is { Length: > 0 } ids ? ids.Split(',') : [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Streams?.Dispose();
        channel.Dispose();
    }

    private ReceivedMessage Ask(ShimMessage question, IReadOnlyList<SafeFileHandle>? descriptors = null)
    {
        return channel.TrySend(question, descriptors ?? []) ? Await() : throw Lost();
    }

    private ReceivedMessage Await()
    {
        for (; ; )
        {
            ReceivedMessage answer = Next(patience ?? AnswerPatience) ?? throw Silent();
            switch (answer.Message.Kind)
            {
                case ShimMessageKind.Failed:
                    using (answer) { throw new ShimException(answer.Message.ExitStatus, answer.Message.Problem ?? "the shim refused", answer.Message.Remedy); }
                case ShimMessageKind.Exit or ShimMessageKind.GivenBack or ShimMessageKind.LogGrew:
                    answer.Dispose(); // noted by Next
                    break;
                default:
                    return answer;
            }
        }
    }

    private ReceivedMessage? Next(TimeSpan? timeout)
    {
        ChannelState state = channel.TryReceive(timeout, out ReceivedMessage? received);
        if (state == ChannelState.Empty) { return null; }

        if (received is null) { throw Lost(); }

        ShimMessage message = received.Message;
        switch (message.Kind)
        {
            case ShimMessageKind.Exit:
                exit = new ExitRecord(message.ExitCode, message.Signal == 0 ? null : message.Signal, message.OutOfMemory, message.Time);
                givesBack = message.GivesBack;
                break;
            case ShimMessageKind.GivenBack:
                givesBack = false;
                isAllGivenBack = message.Problem is null;
                break;
            case ShimMessageKind.LogGrew:
                logGrew = true;
                break;
            case ShimMessageKind.Started or ShimMessageKind.Hello:
                Started = new StartedRecord(message.Pid, message.StartTime, message.BootId ?? "", message.ShimPid, message.Time);
                break;
        }

        return received;
    }

    private ShimException Silent()
    {
        string who = Started is { ShimPid: > 0 and var pid } ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the container's shim (process {pid})") : "the container's shim";
        return new ShimException(ExitStatuses.RunFailed, $"{who} is there and does not answer", "it stands still, or waits for a file system: let it go on, or end the container with: inro rm -f") { IsSilent = true };
    }

    private static EngineException Stuck() => new(
        ErrorCode.DeadlineExceeded,
        $"the container has ended, and its shim does not give back what it held within {GiveBackPatience.TotalSeconds} seconds",
        "look for a mount of it that hangs (a network file system that does not answer), then remove the container with: inro rm -f");

    private ShimException Lost()
    {
        isLost = true;
        return new ShimException(ExitStatuses.RunFailed, "the connection to the container's shim is lost", "run the command again: the next shim takes the container over");
    }
}
