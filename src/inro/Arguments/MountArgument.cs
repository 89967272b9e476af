using Inro.Engine;
using Inro.Engine.Volumes;

namespace Inro.Cli.Arguments;

/// <summary><c>--mount type=bind,source=/a,target=/b,readonly</c>: docker's keys and podman's.</summary>
internal static class MountArgument
{
    private static readonly string[] Words =
    [
        "suid", "nosuid", "dev", "nodev", "exec", "noexec", "noatime", "relatime", "strictatime", "nodiratime", "nosymfollow", "tmpcopyup", "sync", "async", "dirsync",
    ];

    /// <exception cref="FormatException">A key is unknown, doubled for another type, or a value cannot be read.</exception>
    public static MountRequest Parse(string text)
    {
        List<string> fields = CommaSeparated.Split(text);
        MountKind kind = KindOf(TypeOf(fields));
        MountRequest mount = new() { Kind = kind, Target = "", ReadOnly = kind == MountKind.Image };
        foreach (string field in fields) { mount = Apply(mount, field); }

        if (mount.Target.Length == 0) { throw new FormatException("target is required"); }

        if (mount.Target[0] != '/') { throw new FormatException($"invalid mount path: '{mount.Target}' mount path must be absolute"); }

        MountText.Check(mount);
        return mount;
    }

    /// <summary>The same, where one text may mean many mounts: <c>type=glob</c>, one for each file of the host that the source matches.</summary>
    public static IReadOnlyList<MountRequest> ParseAll(string text) =>
        TypeOf(CommaSeparated.Split(text)) == "glob" ? GlobMounts.Parse(CommaSeparated.Split(text)) : [Parse(text)];

    private static string TypeOf(List<string> fields)
    {
        string type = "volume";
        foreach (string field in fields)
        {
            if (field.StartsWith("type=", StringComparison.OrdinalIgnoreCase)) { type = field["type=".Length..]; }
        }

        return type.ToLowerInvariant();
    }

    private static MountKind KindOf(string type) => type switch
    {
        "bind" => MountKind.Bind,
        "volume" => MountKind.Volume,
        "tmpfs" => MountKind.Tmpfs,
        "image" => MountKind.Image,
        "ramfs" => MountKind.Ramfs,
        "devpts" => MountKind.Devpts,
        "npipe" or "cluster" => throw new FormatException($"mount type '{type}' is not for containers on Linux without a swarm"),
        _ => throw new FormatException($"invalid mount type '{type}': bind, volume, tmpfs, image, glob, ramfs and devpts exist"),
    };

    private static MountRequest Apply(MountRequest mount, string field)
    {
        int equals = field.IndexOf('=', StringComparison.Ordinal);
        string key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
        string? value = equals < 0 ? null : field[(equals + 1)..];
        switch (key)
        {
            case "readonly" or "ro": return mount with { ReadOnly = Switch(key, value) };
            case "rw" or "readwrite": return mount with { ReadOnly = !Switch(key, value) };
            case "rro": return Only(MountKind.Bind, key, mount) with { ReadOnly = Switch(key, value), Reach = ReadOnlyReach.All, Propagation = "rprivate" };
            case "volume-nocopy": return Only(MountKind.Volume, key, mount) with { NoCopy = Switch(key, value) };
            case "bind-nonrecursive": return Only(MountKind.Bind, key, mount) with { NonRecursive = Switch(key, value) };
            case "bind-create-src": return Only(MountKind.Bind, key, mount) with { CreateSource = Switch(key, value) };
            case "u" or "chown": return mount with { TakesOwner = Switch(key, value) };
            case "idmap": return mount with { IdMap = value is "true" or null ? "" : value == "false" ? null : value };
            case "z" or "relabel": return mount; // labels of SELinux: containers here have none of their own
            case "notmpcopyup": return mount;
            case var word when value is null && Array.IndexOf(Words, word) >= 0: return mount with { Options = [.. mount.Options, word] };
        }

        return value is null ? throw new FormatException($"invalid field '{field}' must be a key=value pair") : Apply(mount, field, key, value);
    }

    private static MountRequest Apply(MountRequest mount, string field, string key, string value) => key switch
    {
        "type" => mount,
        "source" or "src" => mount with { Source = mount.Kind == MountKind.Bind ? HostPath.Absolute(value) : value },
        "target" or "dst" or "destination" => mount with { Target = value },
        "consistency" => mount, // a hint for other systems' file sharing; every value means the same here
        "bind-propagation" => Only(MountKind.Bind, key, mount) with { Propagation = FlagValue.OneOf(value, MountText.Propagations) },
        "bind-recursive" => Recursive(Only(MountKind.Bind, key, mount), value),
        "volume-subpath" => Only(MountKind.Volume, key, mount) with { Subpath = value },
        "image-subpath" => Only(MountKind.Image, key, mount) with { Subpath = value },
        "subpath" when mount.Kind is MountKind.Volume or MountKind.Image => mount with { Subpath = value.TrimStart('/') },
        "volume-driver" => Only(MountKind.Volume, key, mount) with { Driver = value },
        "volume-opt" => Only(MountKind.Volume, key, mount) with { DriverOptions = With(mount.DriverOptions, value) },
        "volume-label" => Only(MountKind.Volume, key, mount) with { Labels = With(mount.Labels, value) },
        "tmpfs-size" => OnlyMemory(key, mount) with { TmpfsSizeBytes = ByteSize.Parse(value) },
        "tmpfs-mode" => OnlyMemory(key, mount) with { TmpfsMode = MountText.Octal(value) },
        "tmpfs-options" => With(OnlyMemory(key, mount), value),
        "uid" or "gid" or "mode" or "max" when mount.Kind == MountKind.Devpts => mount with { Options = [.. mount.Options, $"{key}={value}"] },
        _ => throw new FormatException($"unexpected key '{key}' in '{field}'"),
    };

    private static MountRequest Recursive(MountRequest mount, string value) => value switch
    {
        "enabled" => mount,
        "disabled" => mount with { NonRecursive = true },
        "writable" => mount with { Reach = ReadOnlyReach.Top },
        "readonly" => mount with { Reach = ReadOnlyReach.All },
        _ => throw new FormatException($"invalid value for bind-recursive: {value} (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")"),
    };

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> map, string text)
    {
        Dictionary<string, string> more = new(map, StringComparer.Ordinal);
        LabelArgument.Put(more, text);
        return more;
    }

    // docker's API has pairs for what is in no key of its own: noexec, uid=1000
    private static MountRequest With(MountRequest mount, string options) => mount with { Options = [.. mount.Options, .. options.Split(':', StringSplitOptions.RemoveEmptyEntries)] };

    private static MountRequest Only(MountKind kind, string key, MountRequest mount) =>
        mount.Kind == kind ? mount : throw new FormatException($"{key} does not fit a mount of type {mount.Kind.ToString().ToLowerInvariant()}");

    private static MountRequest OnlyMemory(string key, MountRequest mount) => mount.Kind == MountKind.Ramfs ? mount : Only(MountKind.Tmpfs, key, mount);

    private static bool Switch(string key, string? value)
    {
        try
        {
            return value is null || FlagValue.Boolean(value);
        }
        catch (FormatException cause)
        {
            throw new FormatException($"invalid value for {key}: {value}", cause);
        }
    }
}
