using System.Text;
using Inro.Linux.Mounts;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Steps;

/// <summary>Layers shown together by the kernel, as a mount that is nowhere yet; what containers get, without a container.</summary>
public static class LayeredView
{
    /// <summary>Makes the mount.</summary>
    /// <param name="layers">At least one layer. Without a writable one the mount is for reading only.</param>
    /// <param name="isUnprivileged">In a user namespace without the host's rights.</param>
    /// <exception cref="Inro.Linux.LinuxException">The kernel refuses.</exception>
    /// <exception cref="RuntimeException">More layers than overlays of overlays hold.</exception>
    public static SafeFileHandle Mount(SnapshotMount layers, bool isUnprivileged)
    {
        if (layers.Lower.Count > 1 || layers.Upper is not null) { return PrivateMounts.Run(() => Stack(layers, isUnprivileged ? ",userxattr" : "")); }

        SafeFileHandle only = MountTree.Clone($"{layers.Directory}/{layers.Lower[0]}"); // an overlay for reading has two layers at least
        try
        {
            MountTree.SetReadOnly(only);
            return only;
        }
        catch
        {
            only.Dispose();
            throw;
        }
    }

    // In a mount namespace that ends with the thread: over the snapshots' directory, which nobody else sees covered.
    private static SafeFileHandle Stack(SnapshotMount layers, string more)
    {
        PrivateMounts.EnterDirectory(layers.Directory);
        List<string[]> groups = LayerGroups.Of(layers.Lower);
        List<string> lower = [];
        foreach (string[] group in groups)
        {
            if (groups.Count > 1 && group.Length > 1)
            {
                PrivateMounts.Overlay(group[0], $"lowerdir={string.Join(':', group)}{more}");
                lower.Add(group[0]);
            }
            else { lower.AddRange(group); }
        }

        string writable = layers is { Upper: { } upper, Work: { } work } ? $",upperdir={upper},workdir={work}{(layers.IsVolatile ? ",volatile" : "")}" : "";
        string options = $"lowerdir={string.Join(':', lower)}{writable}{more}";
        if (Encoding.UTF8.GetByteCount(options) > MountCalls.MaxMountDataBytes)
        {
            throw new RuntimeException(RuntimeError.Failed, $"the image has {layers.Lower.Count} layers, of which overlays of overlays hold some {LayerGroups.MaxLayers * LayerGroups.MaxLayers}", "make one layer of them: inro image flatten");
        }

        PrivateMounts.Overlay(layers.Directory, options);
        return MountTree.Clone(layers.Directory);
    }
}
