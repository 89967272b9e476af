using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Events;
using Inro.Engine.Images;
using Inro.Engine.Secrets;
using Inro.Engine.Shim;
using Inro.Engine.Usage;
using Inro.Engine.Volumes;

namespace Inro.Cli.Verbs;

/// <summary>What one run of the program has at hand; each part is made when a verb first asks for it.</summary>
internal sealed class Session(GlobalFlags flags) : IDisposable
{
    private WaitingShim? shim;
    private EngineSession? engine;

    /// <summary>The flags before the verb.</summary>
    public GlobalFlags Flags => flags;

    /// <summary>What was typed after a verb that makes a container.</summary>
    public IReadOnlyList<string> Words { get; set; } = [];

    /// <summary>Notes when each point of a run is passed; null: nobody asked.</summary>
    public Timeline? Timeline { get; set; }

    /// <summary>Where this instance keeps its things.</summary>
    public InstancePaths Paths => field ??= InstancePaths.Of(flags.Root);

    /// <inheritdoc cref="EngineSession.Containers"/>
    public ContainerService Containers => Engine.Containers;

    /// <inheritdoc cref="EngineSession.Images"/>
    public ImageService Images => Engine.Images;

    /// <inheritdoc cref="EngineSession.Volumes"/>
    public VolumeCatalog Volumes => Engine.Volumes;

    /// <inheritdoc cref="EngineSession.Secrets"/>
    public SecretCatalog Secrets => Engine.Secrets;

    /// <inheritdoc cref="EngineSession.Events"/>
    public EventLog Events => Engine.Events;

    /// <inheritdoc cref="EngineSession.Usage"/>
    public UsageReader Usage => Engine.Usage;

    /// <summary>The time, in nanoseconds since 1970.</summary>
    public long NowNanoseconds => EngineSession.NowNanoseconds;

    /// <summary>The engine; what is above are its parts.</summary>
    public EngineSession Engine => engine ??= new EngineSession(Paths, Timeline is null ? null : Timeline.Reached) { Shim = shim };

    /// <summary>Begins the shim of the container that is going to be made, before anything else is opened: its own start takes as long as all that.</summary>
    public void BeginShim()
    {
        ShimOf = ContainerService.NewId();
        shim = WaitingShim.Start(Paths.Bundle(ShimOf));
        if (engine is not null) { engine.Shim = shim; }

        Timeline?.Reached("shim started");
    }

    /// <summary>Id of the container to be, whose shim was begun; empty: none was.</summary>
    public string ShimOf { get; private set; } = "";

    /// <summary>Begins another shim in the place of one that went with a container that could not be made.</summary>
    public void BeginAgain()
    {
        if (shim is null) { return; }

        engine?.CloseContainers();
        shim.Dispose();
        BeginShim();
    }

    /// <summary>Closes what was opened.</summary>
    public void Dispose()
    {
        shim?.Dispose();
        engine?.Dispose();
    }
}
