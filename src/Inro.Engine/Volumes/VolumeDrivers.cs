using Inro.Engine.Volumes.Plugins;

namespace Inro.Engine.Volumes;

/// <summary>Finds the driver of a name: our own, or a plug-in's.</summary>
/// <param name="paths">Of the instance.</param>
internal sealed class VolumeDrivers(InstancePaths paths)
{
    private readonly Dictionary<string, PluginVolumes> plugins = new(StringComparer.Ordinal);

    /// <summary>Our own.</summary>
    public LocalVolumes Local { get; } = new(paths);

    /// <summary>The driver of that name.</summary>
    /// <exception cref="EngineException">NotFound: no plug-in has the name.</exception>
    public IVolumeDriver Of(string name)
    {
        if (name is VolumeRecord.LocalDriver or "") { return Local; }

        if (!plugins.TryGetValue(name, out PluginVolumes? plugin)) { plugins[name] = plugin = new PluginVolumes(PluginDirectories.Find(name)); }

        return plugin;
    }
}
