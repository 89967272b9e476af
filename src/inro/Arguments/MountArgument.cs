using Inro.Engine;
using Inro.Engine.Volumes;

namespace Inro.Cli.Arguments;

/// <summary><c>--mount type=bind,source=/a,target=/b,readonly</c>.</summary>
internal static class MountArgument
{
    private const int MaxMode = 0xFFF;

    /// <exception cref="FormatException">A key is unknown, doubled for another type, or a value cannot be read.</exception>
    public static MountRequest Parse(string text)
    {
        List<string> fields = CommaSeparated.Split(text);
        MountRequest mount = new() { Kind = KindOf(fields), Target = "" };
        foreach (string field in fields) { mount = Apply(mount, field); }

        if (mount.Target.Length == 0) { throw new FormatException("target is required"); }

        if (mount.Target[0] != '/') { throw new FormatException($"invalid mount path: '{mount.Target}' mount path must be absolute"); }

        if (mount.Kind == MountKind.Bind && mount.Source.Length == 0) { throw new FormatException("source is required for a bind mount"); }

        return mount.Kind == MountKind.Tmpfs && mount.Source.Length > 0
            ? throw new FormatException("cannot specify a source for a tmpfs mount")
            : mount;
    }

    private static MountKind KindOf(List<string> fields)
    {
        string type = "volume";
        foreach (string field in fields)
        {
            if (field.StartsWith("type=", StringComparison.OrdinalIgnoreCase)) { type = field["type=".Length..]; }
        }

        return type.ToLowerInvariant() switch
        {
            "bind" => MountKind.Bind,
            "volume" => MountKind.Volume,
            "tmpfs" => MountKind.Tmpfs,
            _ => throw new FormatException($"invalid mount type '{type}': bind, volume and tmpfs exist"),
        };
    }

    private static MountRequest Apply(MountRequest mount, string field)
    {
        int equals = field.IndexOf('=', StringComparison.Ordinal);
        string key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
        string? value = equals < 0 ? null : field[(equals + 1)..];
        switch (key)
        {
            case "readonly" or "ro": return mount with { ReadOnly = Switch(key, value) };
            case "volume-nocopy": return Only(MountKind.Volume, key, mount) with { NoCopy = Switch(key, value) };
            case "bind-nonrecursive": return Only(MountKind.Bind, key, mount) with { NonRecursive = Switch(key, value) };
        }

        if (value is null) { throw new FormatException($"invalid field '{field}' must be a key=value pair"); }

        return key switch
        {
            "type" => mount,
            "source" or "src" => mount with { Source = mount.Kind == MountKind.Bind ? HostPath.Absolute(value) : value },
            "target" or "dst" or "destination" => mount with { Target = value },
            "consistency" => mount, // a hint for other systems' file sharing; every value means the same here
            "bind-propagation" => Only(MountKind.Bind, key, mount) with { Propagation = FlagValue.OneOf(value, Propagations) },
            "bind-recursive" => Only(MountKind.Bind, key, mount) with { NonRecursive = FlagValue.OneOf(value, "enabled", "disabled") == "disabled" },
            "volume-subpath" => Only(MountKind.Volume, key, mount) with { Subpath = value },
            "tmpfs-size" => Only(MountKind.Tmpfs, key, mount) with { TmpfsSizeBytes = ByteSize.Parse(value) },
            "tmpfs-mode" => Only(MountKind.Tmpfs, key, mount) with { TmpfsMode = Octal(value) },
            _ => throw new FormatException($"unexpected key '{key}' in '{field}'"),
        };
    }

    /// <summary>Permission bits in octal.</summary>
    public static int Octal(string text)
    {
        int mode = 0;
        foreach (char digit in text)
        {
            mode = digit is >= '0' and <= '7' && mode <= MaxMode ? (mode * 8) + (digit - '0') : int.MaxValue;
        }

        return text.Length > 0 && mode <= MaxMode ? mode : throw new FormatException($"invalid file mode '{text}'");
    }

    private static MountRequest Only(MountKind kind, string key, MountRequest mount) =>
        mount.Kind == kind ? mount : throw new FormatException($"{key} does not fit a mount of type {mount.Kind.ToString().ToLowerInvariant()}");

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

    internal static string[] Propagations => ["private", "rprivate", "shared", "rshared", "slave", "rslave"];
}
