using Inro.Engine.Volumes;
using Inro.Spec.DockerApi;

namespace Inro.Server.DockerApi.Containers;

/// <summary>What a create request says of mounts, in four places: Binds, Mounts, Tmpfs, Volumes.</summary>
internal static class MountMapping
{
    /// <exception cref="FormatException">One of them cannot be read.</exception>
    public static List<MountRequest> Read(ContainerCreateRequest body, HostConfigRequest host)
    {
        List<MountRequest> mounts = [.. (host.Binds ?? []).Select(Bind), .. (host.Mounts ?? []).Select(Named)];
        foreach ((string target, string options) in host.Tmpfs ?? new Dictionary<string, string>()) { mounts.Add(MountText.ParseTmpfs(options is { Length: > 0 } ? $"{target}:{options}" : target)); }

        HashSet<string> targets = [.. mounts.Select(static m => m.Target)];
        foreach (string target in body.Volumes?.Keys ?? [])
        {
            if (targets.Add(target)) { mounts.Add(MountText.Parse(target)); }
        }

        return mounts;
    }

    private static MountRequest Bind(string text) => text.StartsWith('.') // the client's current directory is not known here
        ? throw new FormatException($"invalid volume specification: '{text}': the path on the host must be absolute")
        : MountText.Parse(text);

    private static MountRequest Named(MountAskedFor asked)
    {
        MountRequest mount = new()
        {
            Kind = KindOf(asked.Type),
            Source = asked.Source ?? "",
            Target = asked.Target is { Length: > 0 } target ? target : throw new FormatException("invalid mount config: field Target must not be empty"),
            ReadOnly = asked.ReadOnly,
        };
        mount = mount.Kind switch
        {
            MountKind.Bind => WithBind(mount, asked.BindOptions),
            MountKind.Volume => WithVolume(mount, asked.VolumeOptions),
            MountKind.Image => mount with { ReadOnly = true, Subpath = asked.ImageOptions?.Subpath ?? "" },
            _ => WithTmpfs(mount, asked.TmpfsOptions),
        };
        MountText.Check(mount);
        return mount;
    }

    private static MountKind KindOf(string? type) => type switch
    {
        "bind" => MountKind.Bind,
        "volume" or null or "" => MountKind.Volume,
        "tmpfs" => MountKind.Tmpfs,
        "image" => MountKind.Image,
        _ => throw new FormatException($"mount type unknown: \"{type}\""),
    };

    private static MountRequest WithBind(MountRequest mount, BindOptionsRequest? options) => options is null ? mount : mount with
    {
        Propagation = options.ReadOnlyForceRecursive ? "rprivate" : options.Propagation is { Length: > 0 } propagation ? Known(propagation) : "",
        NonRecursive = options.NonRecursive,
        CreateSource = options.CreateMountpoint,
        Reach = options.ReadOnlyForceRecursive ? ReadOnlyReach.All : options.ReadOnlyNonRecursive ? ReadOnlyReach.Top : ReadOnlyReach.Usual,
    };

    private static string Known(string propagation) =>
        MountText.Propagations.Contains(propagation, StringComparer.Ordinal) ? propagation : throw new FormatException($"invalid propagation mode: {propagation}");

    private static MountRequest WithVolume(MountRequest mount, VolumeOptionsRequest? options) => options is null ? mount : mount with
    {
        NoCopy = options.NoCopy,
        Subpath = options.Subpath ?? "",
        Driver = options.DriverConfig?.Name ?? "",
        DriverOptions = CreateMapping.Map(options.DriverConfig?.Options),
        Labels = CreateMapping.Map(options.Labels),
    };

    /// <summary>Options come as pairs, or as lone words.</summary>
    private static MountRequest WithTmpfs(MountRequest mount, TmpfsOptionsRequest? options) => options is null ? mount : mount with
    {
        TmpfsSizeBytes = options.SizeBytes,
        TmpfsMode = options.Mode > 0 ? options.Mode : null,
        Options = [.. (options.Options ?? []).Select(static o => string.Join('=', o))],
    };
}
