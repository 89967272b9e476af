using Inro.Engine.Checks;
using Inro.Engine.Containers;
using Inro.Engine.Events;
using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Engine.Rootless;
using Inro.Engine.Secrets;
using Inro.Engine.Shim;
using Inro.Engine.Usage;
using Inro.Engine.Volumes;

namespace Inro.Engine;

/// <summary>An instance at work, for one command or one request: each part is opened when it is first asked for. Not thread-safe.</summary>
/// <param name="paths">The instance.</param>
/// <param name="reached">Called with the name of each point that is passed, for timing; null: nobody.</param>
/// <param name="started">Called with the pid of each process that is left behind and that nobody waits for; null: this program ends soon.</param>
public sealed class EngineSession(InstancePaths paths, Action<string>? reached = null, Action<int>? started = null) : IDisposable
{
    private ContainerService? containers;
    private MetadataStore? store;

    /// <summary>Where this instance keeps its things.</summary>
    public InstancePaths Paths => paths;

    /// <summary>The shim of a container that is going to be started, begun before this; stays its owner's.</summary>
    public WaitingShim? Shim { get; set; }

    /// <summary>The containers of this instance. Opening repairs what a killed command left.</summary>
    public ContainerService Containers => containers ??= ContainerService.Open(paths, Store, Images, reached, Shim, started);

    /// <summary>The images of this instance. Opening removes what a killed load left.</summary>
    public ImageService Images => field ??= OpenImages();

    /// <summary>The volumes of this instance.</summary>
    public VolumeCatalog Volumes => field ??= new VolumeCatalog(paths, Store, TimeProvider.System);

    /// <summary>The secrets of this instance.</summary>
    public SecretCatalog Secrets => field ??= new SecretCatalog(paths, Store, TimeProvider.System);

    /// <summary>What happened in this instance.</summary>
    public EventLog Events => new(Store, paths.EventBell);

    /// <summary>What this instance has on the disk.</summary>
    public UsageReader Usage => new(paths, Store, Images);

    /// <summary>The time, in nanoseconds since 1970.</summary>
    public static long NowNanoseconds => TimeProvider.System.NowNanoseconds();

    private MetadataStore Store => store ??= Open();

    /// <summary>Forgets the containers, so that they are opened again, with another <see cref="Shim"/>.</summary>
    public void CloseContainers()
    {
        containers?.Dispose();
        containers = null;
    }

    /// <summary>Closes what was opened.</summary>
    public void Dispose()
    {
        containers?.Dispose();
        store?.Dispose();
    }

    private MetadataStore Open()
    {
        InstanceDirectories.Prepare(paths);
        if (!File.Exists(paths.Database) && StoreDoctor.IsDatabaseLost(paths)) { throw StoreDoctor.DatabaseLost(paths); } // an empty one would take all that is there for garbage
        return MetadataStore.Open(paths.Database);
    }

    private ImageService OpenImages()
    {
        var opened = new ImageService(paths, Store);
        if (!RootlessEntry.IsNeeded) { opened.Repair(); } // outside their namespace an ordinary user cannot remove what other ids own

        return opened;
    }
}
