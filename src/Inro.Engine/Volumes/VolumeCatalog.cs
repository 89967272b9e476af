using Inro.Engine.Events;
using Inro.Engine.Metadata;

namespace Inro.Engine.Volumes;

/// <summary>The volumes of an instance, for people: made, listed, looked at, removed.</summary>
/// <remarks>Every call throws <see cref="EngineException"/> with docker's wording where docker has one. Parts: <c>VolumeCatalog.Remove.cs</c>, <c>.Content.cs</c>.</remarks>
public sealed partial class VolumeCatalog
{
    /// <summary>Who holds what <see cref="Mount"/> mounts.</summary>
    private const string ByHand = "by hand";

    private readonly InstancePaths paths;
    private readonly MetadataStore store;
    private readonly TimeProvider clock;
    private readonly VolumeTable table;
    private readonly VolumeDrivers drivers;
    private readonly VolumeMounts mounts;
    private readonly EventLog events;

    /// <summary>Opens the volumes of an instance.</summary>
    /// <param name="paths">The instance; its directories are there.</param>
    /// <param name="store">Its database; stays its owner's.</param>
    /// <param name="clock">The clock.</param>
    public VolumeCatalog(InstancePaths paths, MetadataStore store, TimeProvider clock)
    {
        this.paths = paths;
        this.store = store;
        this.clock = clock;
        table = new VolumeTable(store);
        drivers = new VolumeDrivers(paths);
        mounts = new VolumeMounts(paths, store, drivers);
        events = new EventLog(store, paths.EventBell);
    }

    /// <summary>Makes a volume. One that is there with the same driver is returned as it is, as docker does.</summary>
    /// <exception cref="EngineException">InvalidArgument: the name or an option is refused. AlreadyExists: another driver has the name. NotFound: no such driver.</exception>
    public VolumeRecord Create(VolumeRequest request)
    {
        string name = request.Name.Length > 0 ? request.Name : VolumeService.RandomName();
        VolumeName.Check(name);
        var volume = new VolumeRecord
        {
            Name = name,
            Driver = request.Driver.Length > 0 ? request.Driver : VolumeRecord.LocalDriver,
            CreatedNanoseconds = clock.NowNanoseconds(),
            Naming = request.Name.Length > 0 ? VolumeNaming.Named : VolumeNaming.Unnamed,
            Labels = request.Labels,
            Options = request.Options,
            UserId = request.UserId,
            GroupId = request.GroupId,
        };
        if (volume.IsLocal) { _ = LocalOptions.Read(name, volume.Options); }
        IVolumeDriver driver = DriverFor(volume);
        VolumeRecord made = VolumeLocks.Hold(paths, name, () => Create(volume, driver));
        events.Ring();
        return made;
    }

    private VolumeRecord Create(VolumeRecord volume, IVolumeDriver driver)
    {
        if (store.Write(() => table.Insert(volume)))
        {
            if (volume.IsLocal) { drivers.Local.Remove(volume); } // what a killed removal has left of an earlier one

            try { driver.Create(volume); }
            catch
            {
                store.Write(() =>
                {
                    table.SetLeaving(volume.Name);
                    table.DeleteLeaving(volume.Name);
                });
                throw;
            }

            store.Write(() =>
            {
                if (volume.NeedsMount) { table.SetReady(volume.Name); } // it is filled when it is mounted

                AddEvent(volume, "create");
            });
            return volume;
        }

        VolumeRecord there = Find(volume.Name);
        return there.Driver == volume.Driver ? there : throw NameTaken(there, volume.Driver);
    }

    /// <summary>Volumes by name. Takes no lock and asks no plug-in.</summary>
    /// <param name="conditions">As typed: name and value; <see cref="ConditionNames"/>.</param>
    public IReadOnlyList<VolumeRecord> List(IReadOnlyList<KeyValuePair<string, string>> conditions) => store.Read(() =>
    {
        var shown = new VolumeConditions(conditions, name => table.UsersOf(name).Count > 0);
        List<VolumeRecord> all = table.List();
        all.RemoveAll(v => !shown.Match(v));
        return all;
    });

    /// <summary>Names of the drivers that there are: our own, and plug-ins that can be found.</summary>
    public static IReadOnlyList<string> DriverNames => [VolumeRecord.LocalDriver, .. Plugins.PluginDirectories.List()];

    /// <summary>What <see cref="List"/> takes.</summary>
    public static string[] ConditionNames => VolumeConditions.Names;

    /// <summary>The volume of that name.</summary>
    /// <exception cref="EngineException">NotFound: <c>get x: no such volume</c>.</exception>
    public VolumeRecord Find(string name) => TryFind(name) ?? throw NoSuchVolume(name);

    /// <summary>The volume of that name, or null.</summary>
    public VolumeRecord? TryFind(string name) => store.Read(() => table.Find(name));

    /// <summary>Where a volume's files are, or will be; empty where only its plug-in's mounting tells.</summary>
    public string PathOf(VolumeRecord volume) => IfAnswered(volume, d => d.PathOf(volume)) ?? "";

    /// <summary>What its plug-in says of it; null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? StatusOf(VolumeRecord volume) => volume.IsLocal ? null : IfAnswered(volume, d => d.StatusOf(volume));

    /// <summary><c>local</c>, or <c>global</c> where its plug-in says that it is the same on all machines.</summary>
    public string ScopeOf(VolumeRecord volume) => volume.IsLocal ? "local" : IfAnswered(volume, static d => (d as Plugins.PluginVolumes)?.Scope()) ?? "local";

    /// <summary>Mounts a volume by hand and returns where.</summary>
    public string Mount(string name)
    {
        VolumeRecord volume = Find(name);
        return volume.NeedsMount ? mounts.Take(ByHand, name) : drivers.Local.Mount(volume, ByHand, []);
    }

    /// <summary>Takes <see cref="Mount"/> back.</summary>
    /// <exception cref="EngineException">NotFound: no such volume.</exception>
    public void Unmount(string name)
    {
        _ = Find(name);
        mounts.Release(ByHand, name);
    }

    /// <summary>Brings the rows of plug-ins' volumes in line with what the plug-ins have: new ones are added, those that are gone taken away.</summary>
    /// <returns>Names of those that were added, of those that were taken away, and what plug-ins failed to say.</returns>
    public (IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Failures) Reload()
    {
        List<string> added = [];
        List<string> removed = [];
        List<string> failures = [];
        foreach (string plugin in Plugins.PluginDirectories.List())
        {
            try
            {
                HashSet<string> has = new(((Plugins.PluginVolumes)drivers.Of(plugin)).List(), StringComparer.Ordinal);
                store.Write(() => Reload(plugin, has, added, removed));
            }
            catch (EngineException silent) { failures.Add(silent.Problem); }
        }

        events.Ring();
        return (added, removed, failures);
    }

    private void Reload(string plugin, HashSet<string> has, List<string> added, List<string> removed)
    {
        foreach (VolumeRecord volume in table.List())
        {
            if (volume.Driver != plugin || has.Remove(volume.Name) || table.UsersOf(volume.Name).Count > 0) { continue; }

            table.SetLeaving(volume.Name);
            table.DeleteLeaving(volume.Name);
            removed.Add(volume.Name);
        }

        foreach (string name in has)
        {
            if (!table.Insert(new VolumeRecord { Name = name, Driver = plugin, CreatedNanoseconds = clock.NowNanoseconds() })) { continue; }

            table.SetReady(name);
            added.Add(name);
        }
    }

    private IVolumeDriver DriverFor(VolumeRecord volume)
    {
        try { return drivers.Of(volume.Driver); }
        catch (EngineException missing) when (missing.Code == ErrorCode.NotFound)
        {
            throw new EngineException(ErrorCode.NotFound, $"create {volume.Name}: {missing.Problem}", missing.Remedy, missing);
        }
    }

    /// <summary>A plug-in that is gone or silent hides only what it alone knows.</summary>
    private T? IfAnswered<T>(VolumeRecord volume, Func<IVolumeDriver, T?> ask)
        where T : class
    {
        try { return ask(drivers.Of(volume.Driver)); }
        catch (EngineException silent) when (silent.Code is ErrorCode.NotFound or ErrorCode.Unavailable or ErrorCode.DeadlineExceeded or ErrorCode.Internal) { return null; }
    }

    private void AddEvent(VolumeRecord volume, string action) =>
        events.Add(clock.NowNanoseconds(), "volume", action, volume.Name, EventAttributes.Of("driver", volume.Driver));

    internal static EngineException NoSuchVolume(string name) => new(ErrorCode.NotFound, $"get {name}: no such volume", "the volumes that are there: inro volume ls");

    internal static EngineException NameTaken(VolumeRecord there, string wanted) => new(
        ErrorCode.AlreadyExists, $"create {there.Name}: conflict: volume name must be unique: driver '{there.Driver}' has it, '{wanted}' was asked for", $"inro volume rm {there.Name}, or give another name");
}
