using Inro.Engine.Containers.Compose;
using Inro.Engine.Containers.Rootfs;
using Inro.Engine.Devices;
using Inro.Engine.Execs;
using Inro.Engine.Health;
using Inro.Engine.Images;
using Inro.Engine.Rootless;
using Inro.Engine.Shim;
using Inro.Engine.Volumes;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Containers;

/// <content>Starting a container: alone, or together with its making.</content>
public sealed partial class ContainerService
{
    private const string EventStarted = "start";
    private const string EventInitialized = "init";

    /// <summary>Starts a container and returns when its process runs.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="attach">Streams for the caller, from before the first byte of output; null: none.</param>
    /// <param name="window">Size of the terminal, or null.</param>
    /// <exception cref="EngineException">NotModified: it runs already. Conflict: it is paused or being removed.
    /// With <see cref="EngineException.CommandStatus"/> 126 or 127 where the command is at fault.</exception>
    public StartedContainer Start(string id, AttachRequest? attach = null, Inro.Linux.Terminals.WindowSize? window = null) =>
        StartNow(id, new Request(attach, window)) ?? throw NoSuchContainer(id);

    /// <summary>The same from what a checkpoint wrote: its processes go on where they were.</summary>
    /// <inheritdoc cref="Start(string, AttachRequest?, Inro.Linux.Terminals.WindowSize?)"/>
    /// <param name="checkpoint">The checkpoint.</param>
    public StartedContainer Restore(string id, CheckpointPlace checkpoint, AttachRequest? attach = null, Inro.Linux.Terminals.WindowSize? window = null)
    {
        ContainerRecord record = Get(id);
        RequireCriu(record);
        return StartNow(id, new Request(attach, window) { Written = PlaceOf(record, checkpoint).Find(record.Name) }) ?? throw NoSuchContainer(id);
    }

    /// <summary>The same, or, in the turn of its policy, only where it still waits for that; null: it does not.</summary>
    private StartedContainer? StartNow(string id, Request request)
    {
        StartRequired(Get(id).Config);
        using FileLock held = Lock(id);
        StartedContainer started;
        try
        {
            ContainerRecord record = Finished(Get(id), held);
            if (record.State == ContainerState.Initialized && !request.IsTurn && LetGo(record, held, request) is { } begun) { return begun; }

            record = Get(id);
            RequireUnmounted(record);
            if (!request.IsTurn) { RequireStartable(record); }
            else if (record.State != ContainerState.Restarting)
            {
                journal.Leave(id);
                return null;
            }

            ImageSummary image = images.Resolve(record.ImageId);
            using IWaitingShim shim = StartShim(id);
            store.Write(() =>
            {
                if (request.IsTurn) { table.SetState(id, ContainerState.Starting, Boot); }
                else { table.SetStartingAnew(id, Boot); }
            });
            reached("start: intent committed");
            SnapshotMount rootfs = MakeFiles(record, image.ChainId, shim, held, request.Written);
            started = Launch(record, rootfs, images.ReadDefaults(image), new Wish(shim, request), firstEvent: null);
        }
        catch (EngineException)
        {
            LeaveIfSettled(id);
            throw;
        }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); } // the journal's entry stays: what was begun is taken back

        journal.Leave(id);
        events.Ring();
        return started;
    }

    /// <summary>The files of a start that comes later: a power cut may have taken directories away.</summary>
    private SnapshotMount MakeFiles(ContainerRecord record, string chainId, IWaitingShim shim, FileLock held, string? written)
    {
        try { return MakeFiles(record, chainId, (shim, held), written); }
        catch (EngineException failure)
        {
            shim.Dispose();
            Failed(record, failure, firstEvent: null);
            throw;
        }
    }

    /// <summary>Makes and starts a container: the same rows, events and files as one after the other, with two transactions less.</summary>
    /// <inheritdoc cref="Start"/>
    /// <param name="config">What was asked.</param>
    /// <param name="newId">From <see cref="NewId"/>, where its shim was begun already; null: one is made.</param>
    public RunContainer Run(ContainerConfig config, AttachRequest? attach = null, Inro.Linux.Terminals.WindowSize? window = null, string? newId = null)
    {
        string id = newId ?? NewId();
        StartRequired(config);
        using FileLock held = Lock(id);
        (Draft draft, IWaitingShim waiting) = Begin(config, id);
        using IWaitingShim shim = waiting;
        ContainerRecord record = Intend(draft);
        StartedContainer started;
        SnapshotMount rootfs;
        try { rootfs = MakeFiles(record, draft.Image.ChainId, (shim, held)); }
        catch (Exception failure)
        {
            shim.Dispose(); // what it has prepared goes before the row does
            Abandon(record);
            throw failure is IOException full && FullDisk.Is(full) ? FullDisk.At(paths.Root, full) : failure;
        }

        try
        {
            started = Launch(record, rootfs, draft.Defaults, new Wish(shim, new Request(attach, window)), firstEvent: "create");
        }
        catch (EngineException)
        {
            LeaveIfSettled(record.Id);
            throw;
        }

        journal.Leave(record.Id);
        events.Ring();
        return new RunContainer(new CreatedContainer(record.Id, record.Name, [.. draft.Notes, .. started.Warnings]), started);
    }

    /// <summary>Step 6 of a run first: what can still be refused is found out while the shim starts.</summary>
    private (Draft Draft, IWaitingShim Shim) Begin(ContainerConfig config, string id)
    {
        IWaitingShim? shim = null;
        try
        {
            shim = StartShim(id);
            return (Plan(config, id), shim);
        }
        catch
        {
            shim?.Dispose();
            journal.Leave(id);
            throw;
        }
    }

    /// <summary>Step 6 of a run, begun early: the shim becomes ready while steps 2 to 4 make what it will read.</summary>
    private IWaitingShim StartShim(string id)
    {
        try { return processes.StartShim(paths.Bundle(id)); }
        catch (ShimException failure) { throw WithoutShim(failure); }
        finally { reached("shim started"); }
    }

    /// <summary>It makes its part from here on, beside what follows.</summary>
    private void Tell(IWaitingShim shim, FileLock held)
    {
        try { shim.Prepare(held); }
        catch (ShimException failure) { throw WithoutShim(failure); }
        finally { reached("start: shim told"); }
    }

    private static EngineException WithoutShim(ShimException failure) =>
        new(ErrorCode.Unavailable, failure.Message, failure.Remedy, failure) { CommandStatus = failure.ExitStatus };

    /// <summary>Steps 4 to 9 of a run: bundle, process, and the row that says so.</summary>
    private StartedContainer Launch(ContainerRecord record, SnapshotMount rootfs, ContainerDefaults defaults, Wish wish, string? firstEvent)
    {
        StartedContainer? started = null;
        try
        {
            IReadOnlyList<ResolvedMount> mounts = MountVolumes(record, rootfs);
            ComposedContainer composed = Compose(record with { Mounts = mounts }, rootfs, defaults, IdsOf(record), isStart: true);
            ShareMemory(record);
            GiveMounts(mounts, composed.Config);
            files.WriteBundle(record.Id, composed with { Config = WithSecrets(record, composed.Config) }, hasInit: record.Config is { Init: true, InitProgram: null });
            reached("start: bundle written");
            started = wish.Shim.StartContainer(wish.Request.Attach, wish.Request.Window, wish.Request.Holds);
            reached("start: process runs");
            store.Write(() =>
            {
                if (firstEvent is not null) { AddEvent(record, firstEvent); }

                table.SetStarted(record.Id, started.Started.BootId, started.Started.Pid, started.Started.StartedAtNanoseconds, wish.Request.Holds);
                if (composed.Health is not null) { table.SetHealth(record.Id, HealthState.Starting); }

                AddVolumeEvents(record, isMounted: true);
                AddEvent(record, wish.Request.Holds ? EventInitialized : EventStarted);
            });
            reached("start: committed");
            return started with { Warnings = composed.Warnings };
        }
        catch (ShimException failure)
        {
            TakeBack(record, wish.Shim, started);
            EngineException problem = Problem(record, failure);
            Failed(record, problem, firstEvent);
            throw problem;
        }
        catch (EngineException failure)
        {
            TakeBack(record, wish.Shim, started);
            Failed(record, failure, firstEvent);
            throw;
        }
        catch (IOException failure) when (FullDisk.Is(failure))
        {
            TakeBack(record, wish.Shim, started);
            EngineException problem = FullDisk.At(paths.Root, failure);
            Failed(record, problem, firstEvent);
            throw problem;
        }
    }

    /// <summary>Composes config.json from the row, at each start: what the host gives may have changed since the last one.</summary>
    private ComposedContainer Compose(ContainerRecord record, SnapshotMount rootfs, ContainerDefaults defaults, IdMappings? ids, bool isStart)
    {
        using var layers = new LayeredFiles(rootfs);
        List<string> warnings = [];
        if (isStart) { NetworkChoice.RequireStartable(record.Config, warnings); }

        ComposedContainer composed = RuntimeConfigComposer.Compose(new ComposeRequest
        {
            Config = record.Config,
            Id = record.Id,
            Image = defaults,
            Mounts = record.Mounts,
            Bundle = paths.Bundle(record.Id),
            Rootfs = layers,
            CgroupsPath = record.CgroupPath,
            IsRootful = paths.IsRootful,
            IdMappings = ids,
            KeptUser = UsersOf(record.Config).KeepsId && ids is not null ? KeptIds.Name(ids.Users, ids.Groups) : null,
            KeptAccount = UsersOf(record.Config).KeepsId && ids is not null ? KeptAccount() : null,
            JoinedNamespaces = JoinedBy(record.Config, isStart),
            SharedMemory = JoinedContainer.Named(record.Config.IpcMode) is null ? null : mountPlaces.PathOf(record.Id, SharedMemoryPlace),
            Host = HostFactsReader.Read(record.Config),
        });
        if (record.Config.DeviceDemands.Count > 0) { composed = composed with { Config = DeviceEdits.Apply(composed.Config, DemandedDevices(record.Config)) }; }

        if (isStart) { composed = composed with { Config = WithHooks(record, composed) }; }

        return warnings.Count == 0 ? composed : composed with { Warnings = [.. warnings, .. composed.Warnings] };
    }

    private ShimConfig ShimConfigOf(ContainerRecord record, SnapshotMount rootfs, string? written) => new()
    {
        Id = record.Id,
        Bundle = paths.Bundle(record.Id),
        RunDirectory = paths.RunDirectory(record.Id),
        StateDirectory = paths.RuntimeState,
        FilterCache = paths.FilterCache,
        CgroupsPath = record.CgroupPath,
        OwnsCgroupParent = string.IsNullOrEmpty(record.Config.CgroupParent),
        Runtime = RuntimeChoice.Of(record.Config, paths.IsRootful),
        Rootfs = rootfs,
        RestoredFrom = written,
        Terminal = record.Config.Tty,
        StdinOpen = record.Config.OpenStdin,
        StdinOnce = record.Config.StdinOnce,
        Log = LogChoice.ForWriting(record, () => DefaultsOf(record), paths.Bundle(record.Id)),
        RunSeconds = record.Config.RunSeconds,
        PidFile = record.Config.PidFile,
        ShimPidFile = record.Config.ShimPidFile,
        AttachDirectory = paths.AttachDirectory(record.Id),
        ExecDirectory = ExecSessions.DirectoryOf(paths, record.Id),
        ExitedCommand = [Environment.ProcessPath ?? "/proc/self/exe", "internal", "exited", paths.Root, record.Id],
    };

    private static void RequireStartable(ContainerRecord record)
    {
        switch (record.State)
        {
            case ContainerState.Running:
            case ContainerState.Restarting:
                throw new EngineException(ErrorCode.NotModified, $"container {record.Name} is running already");
            case ContainerState.Paused:
                throw new EngineException(ErrorCode.Conflict, "cannot start a paused container, try unpause instead", $"inro unpause {record.Name}");
            case ContainerState.Removing or ContainerState.Dead or ContainerState.Creating:
                throw new EngineException(ErrorCode.Conflict, "container is marked for removal and cannot be started");
            default:
                return;
        }
    }

    /// <summary>What a start is asked for.</summary>
    /// <param name="Attach">Streams for the caller, from before the first byte of output; null: none.</param>
    /// <param name="Window">Size of the terminal, or null.</param>
    private sealed record Request(AttachRequest? Attach, Inro.Linux.Terminals.WindowSize? Window)
    {
        /// <summary>By its policy: only where it still waits for that.</summary>
        public bool IsTurn { get; init; }

        /// <summary>All is made, and its program waits.</summary>
        public bool Holds { get; init; }

        /// <summary>Directory of the checkpoint that it goes on from; null: it begins.</summary>
        public string? Written { get; init; }
    }

    /// <summary>The shim of a start, and what is asked of it.</summary>
    private sealed record Wish(IWaitingShim Shim, Request Request);
}

/// <summary>A container that was made and started in one go.</summary>
/// <param name="Created">What was made.</param>
/// <param name="Started">Its process and the connection to its shim.</param>
public sealed record RunContainer(CreatedContainer Created, StartedContainer Started);
