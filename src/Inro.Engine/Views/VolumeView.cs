using Inro.Engine.Volumes;
using Inro.Spec;
using Inro.Spec.DockerApi;

namespace Inro.Engine.Views;

/// <summary>One volume in Docker's shape: for <c>inspect</c> and the API alike.</summary>
public static class VolumeView
{
    /// <summary>Maps a volume.</summary>
    public static VolumeInspect Inspect(VolumeRecord volume, VolumeCatalog volumes) => new()
    {
        CreatedAt = Rfc3339.FormatSeconds(volume.CreatedNanoseconds),
        Driver = volume.Driver,
        Labels = Sorted(volume.ShownLabels),
        Mountpoint = volumes.PathOf(volume),
        Name = volume.Name,
        Options = Sorted(volume.Options),
        Scope = volumes.ScopeOf(volume),
        Status = volumes.StatusOf(volume),
    };

    private static SortedDictionary<string, string>? Sorted(IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0) { return null; }

        SortedDictionary<string, string> sorted = new(StringComparer.Ordinal);
        foreach ((string name, string value) in map) { sorted[name] = value; }

        return sorted;
    }
}
