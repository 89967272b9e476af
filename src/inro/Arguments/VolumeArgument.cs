using Inro.Engine;
using Inro.Engine.Volumes;

namespace Inro.Cli.Arguments;

/// <summary><c>-v [SOURCE:]TARGET[:OPTIONS]</c> and <c>--tmpfs TARGET[:OPTIONS]</c>.</summary>
internal static class VolumeArgument
{
    /// <exception cref="FormatException">Not a volume specification.</exception>
    public static MountRequest Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length > 3 || Array.IndexOf(parts, "") >= 0) { throw new FormatException($"invalid volume specification: '{text}'"); }

        string target = parts.Length == 1 ? parts[0] : parts[1];
        if (target[0] != '/') { throw new FormatException($"invalid volume specification: '{text}': invalid mount path: '{target}' mount path must be absolute"); }

        if (target.Trim('/').Length == 0) { throw new FormatException($"invalid volume specification: '{text}': destination can't be '/'"); }

        string source = parts.Length == 1 ? "" : parts[0];
        bool isPath = source.Length > 0 && source[0] is '/' or '.';
        if (!isPath && source.Length > 0) { CheckName(source); }

        MountRequest mount = new()
        {
            Kind = isPath ? MountKind.Bind : MountKind.Volume,
            Source = isPath ? HostPath.Absolute(source) : source,
            Target = target,
            CreateSource = isPath,
            ShortForm = true,
            Mode = parts.Length == 3 ? parts[2] : "",
        };
        return parts.Length < 3 ? mount : parts[2].Split(',').Aggregate(mount, Apply);
    }

    private static MountRequest Apply(MountRequest mount, string option) => option switch
    {
        "rw" => mount with { ReadOnly = false },
        "ro" => mount with { ReadOnly = true },
        "rro" when mount.Kind == MountKind.Bind => mount with { ReadOnly = true, Reach = ReadOnlyReach.All },
        "nocopy" when mount.Kind == MountKind.Volume => mount with { NoCopy = true },
        "copy" when mount.Kind == MountKind.Volume => mount with { NoCopy = false },
        "z" or "Z" or "cached" or "delegated" or "consistent" => mount, // labels of SELinux, and hints for other systems' file sharing
        "U" => mount with { TakesOwner = true },
        "O" => mount with { Overlay = mount.Overlay ?? OverlayPlaces.Temporary },
        "idmap" => mount with { IdMap = "" },
        "rbind" when mount.Kind == MountKind.Bind => mount with { NonRecursive = false },
        "bind" when mount.Kind == MountKind.Bind => mount with { NonRecursive = true },
        "exec" or "noexec" or "suid" or "nosuid" or "dev" or "nodev" => mount with { Options = [.. mount.Options, option] },
        _ when option.StartsWith("idmap=", StringComparison.Ordinal) => mount with { IdMap = option["idmap=".Length..] },
        _ when option.StartsWith("upperdir=", StringComparison.Ordinal) => mount with { Overlay = (mount.Overlay ?? OverlayPlaces.Temporary) with { Upper = HostPath.Absolute(option["upperdir=".Length..]) } },
        _ when option.StartsWith("workdir=", StringComparison.Ordinal) => mount with { Overlay = (mount.Overlay ?? OverlayPlaces.Temporary) with { Work = HostPath.Absolute(option["workdir=".Length..]) } },
        _ when mount.Kind == MountKind.Bind && Array.IndexOf(MountArgument.Propagations, option) >= 0 => mount with { Propagation = option },
        _ => throw new FormatException($"invalid mode: {option}"),
    };

    private static void CheckName(string name)
    {
        bool isName = name.Length > 1 && char.IsAsciiLetterOrDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
        if (!isName)
        {
            throw new FormatException($"\"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }
    }

    /// <summary>A memory file system: <c>/run:size=64m,mode=755,noexec</c>.</summary>
    public static MountRequest ParseTmpfs(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string target = colon < 0 ? text : text[..colon];
        if (target.Length == 0 || target[0] != '/') { throw new FormatException($"invalid mount path: '{target}' mount path must be absolute"); }

        MountRequest mount = new() { Kind = MountKind.Tmpfs, Target = target, ShortForm = true, Mode = colon < 0 ? "" : text[(colon + 1)..] };
        return mount.Mode.Length == 0 ? mount : mount.Mode.Split(',').Aggregate(mount, ApplyTmpfs);
    }

    private static MountRequest ApplyTmpfs(MountRequest mount, string option)
    {
        (string key, string value) = FlagValue.Pair(option);
        return key switch
        {
            "ro" => mount with { ReadOnly = true },
            "rw" => mount with { ReadOnly = false },
            "size" when !value.EndsWith('%') => mount with { TmpfsSizeBytes = ByteSize.Parse(value) },
            "mode" => mount with { TmpfsMode = MountArgument.Octal(value) },
            "exec" or "noexec" or "suid" or "nosuid" or "dev" or "nodev" or "size" or "nr_inodes" or "nr_blocks" or "uid" or "gid"
                or "noatime" or "relatime" or "strictatime" or "nodiratime" or "sync" or "async" or "dirsync" or "mpol" =>
                mount with { Options = [.. mount.Options, option] },
            _ => throw new FormatException($"invalid tmpfs option [\"{option}\"]"),
        };
    }
}
