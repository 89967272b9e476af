using Inro.Linux.Files;
using Inro.Runtime.Resources;
using Inro.Runtime.Rootfs;
using Inro.Runtime.Steps;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Checkpoint;

/// <summary>The mounts of a container that are the host's: criu is told of them when it dumps, and what to put in their place when it restores.</summary>
/// <remarks>Each is called by its destination in config.json, so that a restore needs the configuration alone.</remarks>
internal static class ExternalMounts
{
    private const string NullDevice = "/dev/null";

    /// <summary>Where they are now, and what they are called.</summary>
    public static IReadOnlyList<(string Key, string Value)> ForDump(RuntimeConfig config, string bundle, IReadOnlyList<CgroupLocation> cgroups, MountTable mounts)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, _) in ForRestore(config, bundle, cgroups))
        {
            if (mounts.MountAt(name, out _) is { } place) { found.TryAdd(place, name); }
        }

        foreach (string path in config.Linux?.MaskedPaths ?? [])
        {
            // A directory is covered by a file system of the container's own.
            if (mounts.MountAt(path, out FileKind kind) is { } place && kind == FileKind.CharacterDevice) { found.TryAdd(place, NullDevice); }
        }

        return [.. found.Select(static m => (m.Key, m.Value))];
    }

    /// <summary>What they are called, and the host's paths.</summary>
    public static IReadOnlyList<(string Key, string Value)> ForRestore(RuntimeConfig config, string bundle, IReadOnlyList<CgroupLocation> cgroups)
    {
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        NamespacePlan namespaces = NamespacePlan.Make(config.Linux?.Namespaces ?? []);
        foreach (MountConfig mount in config.Mounts)
        {
            string path = ContainerPath.Join(ContainerPath.Names("mounts", mount.Destination));
            if (IsCgroup(mount)) { AddCgroups(sources, path, namespaces, cgroups); }
            else if (Source(mount, bundle) is { } source) { sources.TryAdd(path, source); }
        }

        if (namespaces.Has(Inro.Linux.Namespaces.NamespaceFlags.User))
        {
            foreach (string device in DevicesStep.BoundPaths(config.Linux?.Devices ?? [])) { sources.TryAdd(device, device); }
        }

        if (config.Linux is { MaskedPaths.Count: > 0 }) { sources.TryAdd(NullDevice, NullDevice); }

        return [.. sources.Select(static m => (m.Key, m.Value))];
    }

    /// <summary>Whether a mount shows cgroups.</summary>
    public static bool IsCgroup(MountConfig mount) => mount.Type is "cgroup" or "cgroup2";

    /// <summary>The host's path of a bind; null for a file system.</summary>
    public static string? Source(MountConfig mount, string bundle)
    {
        if (!MountOptions.Parse(mount.Options, mount.Type is "bind" or "rbind").IsBind || mount.Source is not { Length: > 0 } source) { return null; }

        return source.StartsWith('/') ? source : $"{bundle}/{source}";
    }

    // With a cgroup namespace they are file systems of the container's own; without one, directories of the host's.
    private static void AddCgroups(Dictionary<string, string> sources, string path, NamespacePlan namespaces, IReadOnlyList<CgroupLocation> cgroups)
    {
        if (namespaces.Has(Inro.Linux.Namespaces.NamespaceFlags.Cgroup)) { return; }

        bool isOne = cgroups is [{ IsUnified: true }];
        foreach (CgroupLocation location in cgroups) { sources.TryAdd(isOne ? path : $"{path}/{CgroupMountStep.NameOf(location)}", location.Directory); }
    }
}
