using Inro.Engine.Events;
using Inro.Engine.Metadata;
using Inro.Linux.Processes;

namespace Inro.Engine.Volumes;

/// <summary>Volumes: directories that outlive containers, or, without a name, go with the container that made them.</summary>
internal sealed class VolumeService
{
    private readonly InstancePaths paths;
    private readonly MetadataStore store;
    private readonly TimeProvider clock;
    private readonly VolumeTable table;

    public VolumeService(InstancePaths paths, MetadataStore store, TimeProvider clock)
    {
        this.paths = paths;
        this.store = store;
        this.clock = clock;
        table = new VolumeTable(store);
        Drivers = new VolumeDrivers(paths);
        Mounts = new VolumeMounts(paths, store, Drivers);
    }

    /// <summary>Who keeps volumes.</summary>
    public VolumeDrivers Drivers { get; }

    /// <summary>Volumes that are mounted while somebody uses them.</summary>
    public VolumeMounts Mounts { get; }

    /// <summary>Rows of volumes; for use inside the transactions of others.</summary>
    public VolumeTable Table => table;

    /// <summary>A name for a volume that got none: 64 hex digits, as docker's.</summary>
    public static string RandomName() => KernelRandom.Hex(32);

    /// <summary>
    /// What will be mounted: names resolved, a missing bind source made, the image's places without a mount given anonymous volumes.
    /// No row is written here; volumes in the result that have none yet are made by <see cref="Claim"/>.
    /// </summary>
    /// <param name="wish">What is asked.</param>
    /// <param name="notes">Gets what a person should know.</param>
    public IReadOnlyList<ResolvedMount> Resolve(MountWish wish, List<string> notes)
    {
        List<ResolvedMount> mounts = [];
        HashSet<string> targets = new(StringComparer.Ordinal);
        foreach (MountRequest request in wish.Requests)
        {
            MountCheck.Check(request);
            if (!targets.Add(MountCheck.Clean(request.Target)))
            {
                throw new EngineException(ErrorCode.InvalidArgument, $"Duplicate mount point: {request.Target}", "mount one thing at each place");
            }

            mounts.Add(Resolve(request.ShortForm && request is { Kind: MountKind.Volume, Driver.Length: 0 } ? request with { Driver = wish.Driver } : request, wish, notes));
        }

        foreach (ResolvedMount mount in wish.OfOthers)
        {
            if (targets.Add(mount.Target)) { mounts.Add(mount); }
        }

        foreach (string target in wish.ImageVolumes.Order(StringComparer.Ordinal))
        {
            if (wish.ImageVolumesBecome == "ignore" || !targets.Add(MountCheck.Clean(target))) { continue; }

            mounts.Add(wish.ImageVolumesBecome == "tmpfs"
                ? Resolve(new MountRequest { Kind = MountKind.Tmpfs, Target = MountCheck.Clean(target) }, wish, notes)
                : Volume(new MountRequest { Kind = MountKind.Volume, Target = MountCheck.Clean(target), Driver = wish.Driver }));
        }

        return mounts;
    }

    /// <summary>Inside a transaction: rows for volumes that have none, and the note that this container uses them all.</summary>
    public void Claim(string containerId, IReadOnlyList<ResolvedMount> mounts, EventLog events)
    {
        long now = clock.NowNanoseconds();
        foreach (ResolvedMount mount in mounts)
        {
            if (mount.Kind != MountKind.Volume) { continue; }

            VolumeRecord volume = NewVolume(mount, now);
            if (table.Insert(volume))
            {
                events.Add(now, "volume", "create", volume.Name, EventAttributes.Of("driver", volume.Driver));
            }

            table.Use(containerId, mount.VolumeName);
        }
    }

    /// <summary>The row of a volume, or what it would be.</summary>
    public VolumeRecord RecordOf(ResolvedMount mount) => store.Read(() => table.Find(mount.VolumeName)) ?? NewVolume(mount, clock.NowNanoseconds());

    /// <summary>Inside a transaction: the container lets go. Returns its anonymous volumes that nobody else uses; their rows are gone.</summary>
    public IReadOnlyList<string> Release(string containerId, bool removeAnonymous, EventLog events)
    {
        IReadOnlyList<string> used = table.UsedBy(containerId);
        if (used.Count == 0) { return []; }

        table.LetGo(containerId);
        if (!removeAnonymous) { return []; }

        List<string> removed = [];
        foreach (string name in used)
        {
            string driver = table.Find(name)?.Driver ?? VolumeRecord.LocalDriver;
            if (!table.DeleteIfAnonymousAndUnused(name)) { continue; }

            events.Add(clock.NowNanoseconds(), "volume", "destroy", name, EventAttributes.Of("driver", driver));
            removed.Add(name);
        }

        return removed;
    }

    /// <summary>Anonymous volumes of a container that nobody else uses: their files go before the rows do.</summary>
    public IReadOnlyList<string> AnonymousOf(string containerId) => store.Read(() => table.AnonymousOnlyOf(containerId));

    /// <summary>Removes the content of a volume. A plug-in that does not answer keeps nobody from removing a container.</summary>
    public void RemoveFiles(string name)
    {
        VolumeRecord volume = store.Read(() => table.Find(name)) ?? new VolumeRecord { Name = name };
        try { Drivers.Of(volume.Driver).Remove(volume); }
        catch (EngineException gone) when (!volume.IsLocal && gone.Code is ErrorCode.NotFound or ErrorCode.Unavailable or ErrorCode.DeadlineExceeded or ErrorCode.Internal) { /* its volume may stay with it */ }
    }

    private static VolumeRecord NewVolume(ResolvedMount mount, long now) => new()
    {
        Name = mount.VolumeName,
        Driver = mount.Driver.Length > 0 ? mount.Driver : VolumeRecord.LocalDriver,
        CreatedNanoseconds = now,
        Naming = mount.IsAnonymous ? VolumeNaming.OfContainer : VolumeNaming.Named,
        Labels = mount.Labels,
        Options = mount.DriverOptions,
    };

    private ResolvedMount Resolve(MountRequest request, MountWish wish, List<string> notes) => request.Kind switch
    {
        MountKind.Bind => BindSource.Resolve(request, notes),
        MountKind.Volume => Volume(request),
        MountKind.Image => Image(request, wish.FindImage(request.Source)),
        _ => new ResolvedMount
        {
            Kind = request.Kind,
            Source = "",
            Target = MountCheck.Clean(request.Target),
            ReadOnly = request.ReadOnly,
            Options = TmpfsOptions(request),
            Mode = request.Mode,
        },
    };

    private static ResolvedMount Image(MountRequest request, string id) => new()
    {
        Kind = MountKind.Image,
        Source = request.Source,
        Target = MountCheck.Clean(request.Target),
        ReadOnly = request.ReadOnly,
        Subpath = request.Subpath,
        Mode = request.Mode,
        ImageId = id,
        Overlay = request.ReadOnly ? null : OverlayPlaces.Temporary,
    };

    private ResolvedMount Volume(MountRequest request)
    {
        bool anonymous = request.Source.Length == 0;
        string name = anonymous ? RandomName() : request.Source;
        VolumeRecord? there = anonymous ? null : store.Read(() => table.Find(name));
        string driver = request.Driver is "" or VolumeRecord.LocalDriver ? there?.Driver ?? VolumeRecord.LocalDriver : request.Driver;
        if (there is not null && request.Driver.Length > 0 && there.Driver != request.Driver) { throw VolumeCatalog.NameTaken(there, request.Driver); }

        bool isLocal = driver == VolumeRecord.LocalDriver;
        if (!isLocal) { _ = Drivers.Of(driver); }
        else if (there is null) { _ = LocalOptions.Read(name, request.DriverOptions); }

        return new ResolvedMount
        {
            Kind = MountKind.Volume,
            Source = isLocal ? paths.VolumeData(name) : "",
            Target = MountCheck.Clean(request.Target),
            VolumeName = name,
            Driver = isLocal ? "" : driver,
            NeedsMount = !isLocal || (there?.NeedsMount ?? request.DriverOptions.ContainsKey("type")),
            DriverOptions = request.DriverOptions,
            Labels = request.Labels,
            IsAnonymous = anonymous,
            NoCopy = request.NoCopy,
            ReadOnly = request.ReadOnly,
            Subpath = request.Subpath,
            Options = request.Options,
            Reach = request.Reach,
            TakesOwner = request.TakesOwner,
            IdMap = request.IdMap,
            Overlay = request.Overlay,
            Mode = request.Mode.Length > 0 ? request.Mode : "z",
        };
    }

    private static List<string> TmpfsOptions(MountRequest request)
    {
        List<string> options = [.. request.Options];
        if (request.TmpfsSizeBytes > 0) { options.Add($"size={request.TmpfsSizeBytes}"); }

        if (request.TmpfsMode is { } mode) { options.Add($"mode={Convert.ToString(mode, 8)}"); }

        return options;
    }
}
