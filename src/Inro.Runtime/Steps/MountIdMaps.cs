using System.Globalization;
using Inro.Runtime.IdMaps;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Steps;

/// <summary>Id mappings that mounts have of their own: each is a user namespace in which nobody lives.</summary>
/// <remarks>Source: OCI runtime-spec 1.2, config.md "Mounts", uidMappings and gidMappings.</remarks>
internal static class MountIdMaps
{
    /// <summary>Whether a mount has mappings of its own.</summary>
    public static bool Has(MountConfig mount) => mount.UidMappings.Count + mount.GidMappings.Count > 0;

    /// <exception cref="RuntimeException">One of the two is missing, or is none.</exception>
    public static void Check(string field, MountConfig mount)
    {
        if (!Has(mount)) { return; }

        IdMapWriter.Check(field + ".uidMappings", mount.UidMappings);
        IdMapWriter.Check(field + ".gidMappings", mount.GidMappings);
    }

    /// <summary>Makes the namespaces, by the mounts' positions; equal mappings share one.</summary>
    public static MountNamespaces Make(LaunchRunner runner, IReadOnlyList<MountConfig> mounts)
    {
        var made = new MountNamespaces();
        try
        {
            for (int i = 0; i < mounts.Count; i++)
            {
                if (!Has(mounts[i])) { continue; }

                MountConfig mount = mounts[i];
                made.Add(i, Key(mount), () => IdMapNamespace.Create(runner, mount.UidMappings, mount.GidMappings));
            }

            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private static string Key(MountConfig mount) => string.Join(' ', mount.UidMappings.Select(Text)) + "/" + string.Join(' ', mount.GidMappings.Select(Text));

    private static string Text(IdMapping mapping) => string.Create(CultureInfo.InvariantCulture, $"{mapping.ContainerId}:{mapping.HostId}:{mapping.Size}");
}

/// <summary>User namespaces of mounts, which live as long as this.</summary>
internal sealed class MountNamespaces : IDisposable
{
    private readonly Dictionary<int, SafeFileHandle> byMount = [];
    private readonly Dictionary<string, SafeFileHandle> byMapping = new(StringComparer.Ordinal);

    /// <summary>The one of a mount.</summary>
    public SafeFileHandle this[int mount] => byMount[mount];

    public void Add(int mount, string mapping, Func<SafeFileHandle> make)
    {
        if (!byMapping.TryGetValue(mapping, out SafeFileHandle? made))
        {
            made = make();
            byMapping.Add(mapping, made);
        }

        byMount.Add(mount, made);
    }

    public void Dispose()
    {
        foreach (SafeFileHandle made in byMapping.Values) { made.Dispose(); }
    }
}
