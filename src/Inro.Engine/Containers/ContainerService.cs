using Inro.Engine.Configuration;
using Inro.Engine.Events;
using Inro.Engine.Execs;
using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Engine.Shim;
using Inro.Engine.Storage;
using Inro.Engine.Volumes;
using Inro.Images.Snapshots;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec;

namespace Inro.Engine.Containers;

/// <summary>Containers: made, started, looked at, ended, removed. All policy of a single host passes through here.</summary>
/// <remarks>
/// Calls are plain: none takes longer than a few milliseconds, except those that take a deadline.
/// Every call throws <see cref="EngineException"/> with docker's wording where docker has one.
/// <para>
/// Order of a life, so that a kill between any two steps can be repaired: the journal (a locked file that names the container,
/// <see cref="ContainerJournal"/>), the row with its intent, files, processes, the row with what is true now, the journal's file away.
/// At the end: processes, files, row, journal. <see cref="Repair()"/> reads it backwards.
/// </para>
/// Parts: <c>ContainerService.Create.cs</c>, <c>.Start.cs</c>, <c>.End.cs</c>, <c>.Remove.cs</c>, <c>.Find.cs</c>.
/// </remarks>
public sealed partial class ContainerService : IDisposable
{
    /// <summary>Longest wait for another command that works on the same container.</summary>
    private static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a process that was sent KILL: it may sit in the kernel.</summary>
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);

    private readonly InstancePaths paths;
    private readonly MetadataStore store;
    private readonly ContainerTable table;
    private readonly IdRangeTable idRanges;
    private readonly EventLog events;
    private readonly ImageService images;
    private readonly VolumeService volumes;
    private readonly MountPlaces mountPlaces;
    private readonly ContainerFiles files;
    private readonly ContainerJournal journal;
    private readonly ExecSessions execs;
    private readonly IContainerProcesses processes;
    private readonly TimeProvider clock;
    private readonly Action<string> reached;
    private readonly Func<string, IdRangePools> idPools;
    private readonly SnapshotStore snapshots;
    private readonly StorageChoice storage;
    private readonly DirFd root;
    private readonly Lazy<string> bootId = new(BootId.Read);

    internal ContainerService(InstancePaths paths, MetadataStore store, ImageService images, ContainerSeams seams)
    {
        this.paths = paths;
        this.store = store;
        this.images = images;
        clock = seams.Clock;
        processes = seams.Processes;
        idPools = seams.IdPools;
        reached = seams.Reached;
        root = DirFd.Open(paths.Root);
        snapshots = new SnapshotStore(root, paths.Root);
        storage = new StorageChoice(paths.Root, seams.ConfiguredKind);
        table = new ContainerTable(store);
        idRanges = new IdRangeTable(store);
        events = new EventLog(store, paths.EventBell);
        volumes = new VolumeService(paths, store, clock);
        mountPlaces = new MountPlaces(paths);
        files = new ContainerFiles(paths);
        journal = new ContainerJournal(paths);
        execs = new ExecSessions(paths);
    }

    /// <summary>The boot that this program runs in.</summary>
    private string Boot => bootId.Value;

    private long Now => clock.NowNanoseconds();

    /// <summary>Opens the containers of an instance and repairs what a killed command left, where there is a sign of one.</summary>
    /// <param name="paths">The instance.</param>
    /// <param name="store">Its database; stays its owner's.</param>
    /// <param name="images">Its images.</param>
    /// <param name="reached">Called with the name of each point that is passed, for timing; null: nobody.</param>
    /// <param name="shim">The shim of a container that is going to be started, begun before this; it stays its owner's. Null: it is begun when it is needed.</param>
    /// <param name="started">Called with the pid of each process that is left behind, so that a program that lives on can take its status; null: it does not.</param>
    public static ContainerService Open(
        InstancePaths paths, MetadataStore store, ImageService images, Action<string>? reached = null, WaitingShim? shim = null, Action<int>? started = null)
    {
        var service = new ContainerService(paths, store, images, new ContainerSeams { Processes = new ShimProcesses(shim, started), Reached = reached ?? (static _ => { }) });
        try
        {
            service.Repair();
            return service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    /// <summary>Closes its directories; the store is its owner's.</summary>
    public void Dispose()
    {
        journal.Dispose();
        root.Dispose();
    }

    private FileLock Lock(string id) => journal.TryEnter(id, LockDeadline)
        ?? throw new EngineException(
            ErrorCode.Unavailable,
            $"container {Short(id)} is held by another command for more than {LockDeadline.TotalSeconds} seconds",
            "look for an inro process that is stopped or traced, then try again");

    private static string Short(string id) => id[..12];
}

/// <summary>What tests put in the place of the host.</summary>
internal sealed record ContainerSeams
{
    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Shims and cgroups.</summary>
    public IContainerProcesses Processes { get; init; } = new ShimProcesses();

    /// <summary>Where ranges of ids come from, by the instance's name.</summary>
    public Func<string, IdRangePools> IdPools { get; init; } = IdRangePools.OfHost;

    /// <summary>Which kind of snapshot is configured; null: none.</summary>
    public Func<SnapshotKind?> ConfiguredKind { get; init; } = ConfigurationReader.ReadStorage;

    /// <summary>Called with the name of each point between two steps; tests throw there, as a kill would.</summary>
    public Action<string> Reached { get; init; } = _ => { };
}
