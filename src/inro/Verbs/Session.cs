using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
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

namespace Inro.Cli.Verbs;

/// <summary>What one run of the program has at hand; each part is made when a verb first asks for it.</summary>
internal sealed class Session(GlobalFlags flags) : IDisposable
{
    private WaitingShim? shim;
    private ContainerService? containers;
    private ImageService? images;
    private MetadataStore? store;

    /// <summary>The flags before the verb.</summary>
    public GlobalFlags Flags => flags;

    /// <summary>Notes when each point of a run is passed; null: nobody asked.</summary>
    public Timeline? Timeline { get; set; }

    /// <summary>Where this instance keeps its things.</summary>
    public InstancePaths Paths => field ??= InstancePaths.Of(flags.Root);

    /// <summary>The containers of this instance. Opening repairs what a killed command left.</summary>
    public ContainerService Containers => containers ??= ContainerService.Open(Paths, Store, Images, Timeline is null ? null : Timeline.Reached, shim);

    /// <summary>The images of this instance. Opening removes what a killed load left.</summary>
    public ImageService Images => images ??= OpenImages();

    /// <summary>The volumes of this instance.</summary>
    public VolumeCatalog Volumes => field ??= new VolumeCatalog(Paths, Store, TimeProvider.System);

    /// <summary>The secrets of this instance.</summary>
    public SecretCatalog Secrets => field ??= new SecretCatalog(Paths, Store, TimeProvider.System);

    /// <summary>What happened in this instance.</summary>
    public EventLog Events => new(Store, Paths.EventBell);

    /// <summary>What this instance has on the disk.</summary>
    public UsageReader Usage => new(Paths, Store, Images);

    /// <summary>The time, in nanoseconds since 1970.</summary>
    public long NowNanoseconds => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;

    private MetadataStore Store => store ??= Open();

    /// <summary>Begins the shim of the container that is going to be made, before anything else is opened: its own start takes as long as all that.</summary>
    public void BeginShim()
    {
        ShimOf = ContainerService.NewId();
        shim = WaitingShim.Start(Paths.Bundle(ShimOf));
        Timeline?.Reached("shim started");
    }

    /// <summary>Id of the container to be, whose shim was begun; empty: none was.</summary>
    public string ShimOf { get; private set; } = "";

    /// <summary>Begins another shim in the place of one that went with a container that could not be made.</summary>
    public void BeginAgain()
    {
        if (shim is null) { return; }

        containers?.Dispose();
        containers = null;
        shim.Dispose();
        BeginShim();
    }

    /// <summary>Closes what was opened.</summary>
    public void Dispose()
    {
        shim?.Dispose();
        containers?.Dispose();
        store?.Dispose();
    }

    private MetadataStore Open()
    {
        InstanceDirectories.Prepare(Paths);
        if (!File.Exists(Paths.Database) && StoreDoctor.IsDatabaseLost(Paths)) { throw StoreDoctor.DatabaseLost(Paths); } // an empty one would take all that is there for garbage
        return MetadataStore.Open(Paths.Database);
    }

    private ImageService OpenImages()
    {
        var opened = new ImageService(Paths, Store);
        if (!RootlessEntry.IsNeeded) { opened.Repair(); } // outside their namespace an ordinary user cannot remove what other ids own

        return opened;
    }

    private const long NanosecondsPerTick = 100;
}
