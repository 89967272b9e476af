using Inro.Engine.Logs;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

internal sealed partial class ShimServer
{
    /// <summary>How long a start waits for a client that was called: one that is killed just then must not keep the container's output back.</summary>
    private const int AttachMilliseconds = 2000;

    private int attachedClients;

    /// <summary>Makes what any start of the container needs, while its configuration is still being written. What fails is told at the start.</summary>
    public void Prepare()
    {
        try
        {
            MakePlace();
            host.Prepare();
        }
        catch (Exception failure) { unprepared = failure; }
    }

    /// <summary>Nobody will start it, or the start failed: nothing is left of what was prepared.</summary>
    public void TakeBack()
    {
        if (process is not null)
        {
            EndProcesses();
            PidFiles.Remove(config, process.Pid);
        }

        GiveBack();
        Unlink();
    }

    /// <summary>Starts the container for the client at the other end of <paramref name="starter"/>, which is attached where it asked.</summary>
    /// <returns>False: it was told why not; nothing is left.</returns>
    public bool Start(ShimChannel starter, ReceivedMessage request)
    {
        Accept(starter);
        ShimConnection connection = connections[^1];
        try
        {
            if (unprepared is not null) { throw unprepared; }

            StartProcess(request.Message.Size, request.Message.Holds);
            JoinStreams(connection, request);
            connection.Commits = request.Message.Commits;
            Begun(connection, request.Message.Stdin, request.Message.Holds);
            WatchEnd(process!); // started above
            return true;
        }
        catch (Exception failure)
        {
            TakeBack(); // before it is told: the starter removes the rest
            connection.Send(Failure(failure));
            return false;
        }
    }

    /// <summary>Lets the program of a held process begin.</summary>
    private void LetGo(ShimConnection connection, ShimMessage request)
    {
        if (status is not { State: ShimState.Running, IsHeld: true }) { throw new ShimException(ExitStatuses.RunFailed, $"container {config.Id} is not held"); }

        if (request.Size is { } size && process!.Console is { } console) { SetSize(size, console); }

        host.LetGo();
        status = status with { IsHeld = false, StartedAtNanoseconds = clock.NowNanoseconds() };
        ShimStatusFile.Write(config.RunDirectory, status);
        WatchTimes();
        Begun(connection, withStdin: false, isHeld: false);
    }

    /// <summary>Tells the starter, and waits for those who wanted to be there from the first byte.</summary>
    private void Begun(ShimConnection connection, bool withStdin, bool isHeld)
    {
        int awaited = isHeld ? 0 : AttachTicket.CallAll(config.AttachDirectory);
        if (awaited > 0) { awaited += attachedClients; }

        Answer(connection, withStdin);
        LetAttach(awaited);
    }

    /// <summary>Takes over a container whose shim was killed.</summary>
    public bool Adopt(ShimChannel starter, ReceivedMessage request)
    {
        Accept(starter);
        ShimConnection connection = connections[^1];
        connection.Commits = request.Message.Commits;
        ShimStatus? last = ShimStatusFile.Read(config.RunDirectory);
        if (last is not { State: ShimState.Running })
        {
            connection.Send(Failure(new ShimException(ExitStatuses.RunFailed, $"container {config.Id} does not run")));
            return false;
        }

        streams = config.Terminal ? null : ContainerStreams.Adopt(config.RunDirectory);
        if (streams is not null) { AddPumps(streams); }

        status = last with { ShimPid = Environment.ProcessId };
        PidFd? running = Reopen(last);
        if (running is null)
        {
            connection.Send(StartedMessage());
            EndUnseen();
            return true;
        }

        process = new HostedProcess(last.Pid, running, last.StartTime, Console: null);
        isAdopted = true;
        WatchEnd(process);
        ShimStatusFile.Write(config.RunDirectory, status);
        listener = new ShimListener(config.RunDirectory, this);
        loop.Add(listener);
        WatchRun();
        connection.Send(StartedMessage());
        return true;
    }

    // A pid alone could be another process by now: the start time, in this boot, tells.
    private static PidFd? Reopen(ShimStatus last) => last.BootId == BootId.Read() ? PidFd.TryOpen(last.Pid, last.StartTime) : null;

    private void MakePlace()
    {
        Directory.CreateDirectory(config.RunDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Descriptor.Unlink(config.RunDirectory + "/" + ShimStatus.FileName);
        listener = new ShimListener(config.RunDirectory, this);
        if (!config.Terminal) { streams = ContainerStreams.Create(config.RunDirectory, config.StdinOpen, out ends); }
    }

    // Steps 7 to 9 of a run: the runtime compiles, the child walks, and is the container's process.
    private void StartProcess(WindowSize? size, bool isHeld)
    {
        using (ends) { process = host.Start(ends?.Stdio, size, isHeld); }

        if (streams is not null) { AddPumps(streams); }

        if (process.Console is { } console)
        {
            Descriptor.SetNonBlocking(console);
            AddPump(Descriptor.Duplicate(console), LogStream.Stdout);
        }

        status = new ShimStatus
        {
            State = ShimState.Running,
            IsHeld = isHeld,
            Pid = process.Pid,
            StartTime = process.StartTime,
            BootId = BootId.Read(),
            ShimPid = Environment.ProcessId,
            StartedAtNanoseconds = clock.NowNanoseconds(),
        };
        ShimStatusFile.Write(config.RunDirectory, status);
        loop.Add(listener!); // made by MakePlace
        WatchRun();
    }

    /// <summary>Nothing is read of the output, and the end is not looked at, until those who waited for this start have joined: they get every byte.</summary>
    private void LetAttach(int awaited)
    {
        long until = Environment.TickCount64 + AttachMilliseconds;
        foreach (OutputPump pump in pumps) { pump.IsHeld = awaited > 0; }

        for (long left = AttachMilliseconds; attachedClients < awaited && left > 0; left = until - Environment.TickCount64)
        {
            loop.RunOnce((int)left);
            DropNow();
        }

        foreach (OutputPump pump in pumps) { pump.IsHeld = false; }
    }

    private void AddPumps(ContainerStreams from)
    {
        AddPump(from.Stdout, LogStream.Stdout);
        AddPump(from.Stderr, LogStream.Stderr);
    }

    private void AddPump(SafeFileHandle source, LogStream stream) => pumps.Add(new OutputPump(source, stream, log, clock, loop));

    private void WatchEnd(HostedProcess started)
    {
        end = new ContainerEnd(started.Process, this);
        loop.Add(end);
        settlesAt = Environment.TickCount64 + SettledMilliseconds;
    }

    private void JoinStreams(ShimConnection connection, ReceivedMessage request)
    {
        if (request.Message.Stdout && request.Take() is { } stdout) { Join(connection, pumps.Count > 0 ? pumps[0] : null, stdout); }

        if (request.Message.Stderr && request.Take() is { } stderr) { Join(connection, pumps.Count > 1 ? pumps[1] : null, stderr); }
    }

    private static void Join(ShimConnection connection, OutputPump? pump, SafeFileHandle target)
    {
        if (pump is null)
        {
            target.Dispose(); // a terminal has no second stream: the client reads its end at once
            return;
        }

        Descriptor.SetNonBlocking(target);
        connection.Outputs.Add((pump, pump.Attach(target)));
    }

    // A FIFO is opened anew, so that the client's flags are its own; a terminal's master exists once.
    private void Answer(ShimConnection connection, bool withStdin, ShimMessageKind kind = ShimMessageKind.Started)
    {
        ShimMessage answer = StartedMessage() with { Kind = kind };
        if (!withStdin || (process!.Console is null && streams?.Stdin is null)) // process: started before any answer
        {
            connection.Send(answer);
            return;
        }

        connection.HasStdin = true;
        answer = answer with { Stdin = true };
        if (process.Console is { } console)
        {
            connection.Send(answer, console);
            return;
        }

        using SafeFileHandle own = Descriptor.Reopen(streams!.Stdin!, Inro.Linux.Files.OpenFlags.Write | Inro.Linux.Files.OpenFlags.NonBlocking); // checked above
        connection.Send(answer, own);
    }

    private ShimMessage StartedMessage() => new()
    {
        Kind = ShimMessageKind.Started,
        Version = ShimVersion.Current,
        Pid = status!.Pid, // written before any answer
        StartTime = status.StartTime,
        BootId = status.BootId,
        ShimPid = status.ShimPid,
        Time = status.StartedAtNanoseconds,
    };

    private ShimMessage Failure(Exception failure)
    {
        var known = failure as ShimException;
        bool isFull = (failure as IOException ?? failure.InnerException as IOException) is { } cause && FullDisk.Is(cause);
        return new ShimMessage
        {
            Kind = ShimMessageKind.Failed,
            ExitStatus = known?.ExitStatus ?? ExitStatuses.RunFailed,
            Problem = failure.Message,
            Remedy = known?.Remedy ?? (isFull ? $"make room on the disk of {config.Bundle}, then try again" : null),
        };
    }
}
