using System.Globalization;
using Inro.Engine.Containers.Compose;
using Inro.Engine.Containers.Rootfs;
using Inro.Engine.Execs;
using Inro.Engine.Shim;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Containers;

/// <content>Further processes.</content>
public sealed partial class ContainerService
{
    private const int ExecIdBytes = 32;
    /// <summary>How long a look at a container waits for its shim.</summary>
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(2);

    private const string EventCreate = "exec_create";
    private const string EventStart = "exec_start";

    /// <summary>Starts a process in a running container; it is a child of the shim, which alone gets its status.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="options">The process.</param>
    /// <param name="attach">Streams for the caller; null: none.</param>
    /// <param name="window">Size of the terminal, or null.</param>
    /// <param name="kept">Descriptors that it gets as 3, 4, …; null: none.</param>
    /// <returns>A connection that is about the new process; the caller disposes it.</returns>
    /// <exception cref="EngineException">Conflict: the container does not run. InvalidArgument: the request contradicts the image.
    /// With <see cref="EngineException.CommandStatus"/> 126 or 127 where the command is at fault.</exception>
    public ShimClient Exec(string id, ExecOptions options, AttachRequest? attach, WindowSize? window, IReadOnlyList<SafeFileHandle>? kept = null)
    {
        var session = new ExecSession { Id = KernelRandom.Hex(ExecIdBytes), ContainerId = id, Options = options };
        return Launch(session, attach, window, [EventCreate, EventStart], kept);
    }

    // The events come first: that of its end can be written the moment it runs.
    private ShimClient Launch(ExecSession session, AttachRequest? attach, WindowSize? window, string[] told, IReadOnlyList<SafeFileHandle>? kept = null)
    {
        (string id, ExecOptions options) = (session.ContainerId, session.Options);
        ContainerRecord record = RequireExecutable(id);
        ProcessConfig process = ExecComposer.Compose(FirstProcess(record), options, HasOwnHome(record), () => RootfsOf(record));
        ShimClient client = ShimClient.TryConnect(paths.RunDirectory(id)) ?? throw NotRunning(record, ErrorCode.Conflict);
        try
        {
            Tell(record, session, told);
            client.Exec(new ShimExecRequest
            {
                ExecId = session.Id,
                Process = RuntimeConfigWriter.WriteProcess(process),
                Terminal = options.Tty,
                Attach = attach,
                WindowSize = window,
                Kept = kept ?? [],
            });
            return client;
        }
        catch (ShimException failure)
        {
            client.Dispose();
            throw new EngineException(ErrorCode.InvalidArgument, failure.Message, failure.Remedy, failure) { CommandStatus = failure.ExitStatus };
        }
    }

    /// <summary>Notes an exec that another request will start.</summary>
    /// <param name="asked">What is asked; it gets its id here.</param>
    /// <exception cref="EngineException">Conflict: the container does not run. ResourceExhausted: too many wait already.</exception>
    public ExecSession CreateExec(ExecSession asked)
    {
        ContainerRecord record = RequireExecutable(asked.ContainerId);
        ExecSession made = execs.Create(asked);
        Tell(record, made, EventCreate);
        return made;
    }

    /// <summary>Tells of the end of an exec; nothing where the container was removed meanwhile.</summary>
    /// <param name="containerId">Full id.</param>
    /// <param name="execId">The exec.</param>
    /// <param name="exitCode">How; null: nobody saw it.</param>
    public void NoteExecEnd(string containerId, string execId, int? exitCode)
    {
        if (store.Read(() => table.Find(containerId)) is not { } record) { return; }

        string code = exitCode?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
        TellOfExec(() => AddEvent(record, "exec_die", exitCode: code, execId: execId));
    }

    /// <summary>The same for whoever holds the connection to one: where it has seen the end, that is its to tell (<see cref="AttachRequest.Commits"/>).</summary>
    public void NoteExecEnd(string containerId, ShimClient client)
    {
        if (client.ExecExit is { } exit) { NoteExecEnd(containerId, client.ExecId, exit.ExitCode); }
    }

    /// <summary>A session of an exec, and where it is in its life.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    public ExecState FindExec(string execId)
    {
        ExecState found = execs.Find(execId);
        if (!found.IsStarted || found.HasEnded) { return found; }

        return RunningExecs(found.Session.ContainerId).Contains(execId, StringComparer.Ordinal) ? found : execs.Find(execId) with { HasEnded = true }; // its shim was killed, or it has ended just now
    }

    /// <summary>Starts what <see cref="CreateExec"/> has noted, once.</summary>
    /// <exception cref="EngineException">Conflict: it was started before, or the container does not run; otherwise as for <see cref="Exec"/>.</exception>
    public ShimClient StartExec(ExecSession session, AttachRequest? attach, WindowSize? window)
    {
        RequireExecutable(session.ContainerId);
        execs.Claim(session);
        try
        {
            ShimClient client = Launch(session, attach, window, [EventStart]);
            execs.NoteStart(session, client.ExecPid);
            return client;
        }
        catch (EngineException failure)
        {
            execs.NoteFailure(session, failure.CommandStatus ?? ExitStatuses.CommandNotExecutable);
            throw;
        }
    }

    /// <summary>Gives the terminal of an exec another size.</summary>
    /// <exception cref="EngineException">Conflict: it does not run, or has no terminal.</exception>
    public void ResizeExec(ExecSession session, WindowSize size)
    {
        using ShimClient? client = ShimClient.TryConnect(paths.RunDirectory(session.ContainerId));
        try
        {
            if (client is null) { throw new EngineException(ErrorCode.Conflict, $"exec process {session.Id} is not running"); }

            client.ResizeExec(session.Id, size);
        }
        catch (ShimException failure) { throw new EngineException(ErrorCode.Conflict, $"cannot resize the terminal of exec {session.Id}: {failure.Message}", failure.Remedy, failure); }
    }

    private void Tell(ContainerRecord record, ExecSession session, params string[] actions)
    {
        string command = string.Join(' ', session.Options.Command);
        TellOfExec(() =>
        {
            foreach (string action in actions) { AddEvent(record, $"{action}: {command}", execId: session.Id); }
        });
    }

    // Who looks into a container because its disk is full must get in.
    private void TellOfExec(Action add)
    {
        try
        {
            store.Write(add);
            events.Ring();
        }
        catch (EngineException full) when (full.Code == ErrorCode.ResourceExhausted) { return; }
    }

    /// <summary>Ids of a container's execs: those that run, and those that were made and wait to be started.</summary>
    public IReadOnlyList<string> ExecsOf(ContainerRecord record) =>
        !IsRunning(record.State) ? [] : [.. RunningExecs(record.Id).Union(execs.ListOpen(record.Id), StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private IReadOnlyList<string> RunningExecs(string id)
    {
        try
        {
            using ShimClient? client = ShimClient.TryConnect(paths.RunDirectory(id), patience: LookPatience);
            return client?.ListExecs() ?? [];
        }
        catch (ShimException) { return []; } // it has just ended, or stands still: who looks at a container is not kept
    }

    /// <summary>The container, where a process can be started in it.</summary>
    /// <exception cref="EngineException">Conflict: it does not run, or stands still.</exception>
    public ContainerRecord RequireExecutable(string id)
    {
        ContainerRecord record = RequireRunning(id, ErrorCode.Conflict);
        if (record.State == ContainerState.Restarting) { throw Restarting(record); }

        return record.State != ContainerState.Paused
            ? record
            : throw new EngineException(ErrorCode.Conflict, $"container {record.Name} is paused, unpause the container before exec", $"inro unpause {record.Name}");
    }

    /// <summary>The process of config.json as the container was started with it: capabilities, limits and labels are its.</summary>
    private ProcessConfig FirstProcess(ContainerRecord record)
    {
        string path = paths.Bundle(record.Id) + "/config.json";
        try
        {
            return RuntimeConfigReader.Read(File.ReadAllBytes(path)).Process
                ?? throw new EngineException(ErrorCode.DataLoss, $"{path} names no process");
        }
        catch (Exception damaged) when (damaged is RuntimeConfigException or IOException)
        {
            throw new EngineException(ErrorCode.DataLoss, $"{path} cannot be read: {damaged.Message}", cause: damaged);
        }
    }

    private LayeredFiles RootfsOf(ContainerRecord record) =>
        new(snapshots.Describe(record.Snapshot, Layers(images.Resolve(record.ImageId).ChainId)));

    private bool HasOwnHome(ContainerRecord record)
    {
        static bool IsHome(string entry) => entry.StartsWith("HOME=", StringComparison.Ordinal);
        return record.Config.Environment.Any(IsHome) || (DefaultsOf(record).Env ?? []).Any(IsHome);
    }
}
