
namespace Inro.Engine.Volumes;

/// <summary>Mounts as people and Docker's API write them: <c>[SOURCE:]TARGET[:OPTIONS]</c>, <c>TARGET[:OPTIONS]</c> of a tmpfs, modes, propagations.</summary>
public static class MountText
{
    private const int MaxMode = 0xFFF;

    /// <summary>How mounts may be seen on both sides of a bind.</summary>
    public static string[] Propagations => ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

    /// <summary>Reads what follows <c>-v</c>. A path of the host that is not absolute is seen from the current directory.</summary>
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
            Source = isPath ? Path.GetFullPath(source) : source,
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
        _ when option.StartsWith("upperdir=", StringComparison.Ordinal) => mount with { Overlay = (mount.Overlay ?? OverlayPlaces.Temporary) with { Upper = Path.GetFullPath(option["upperdir=".Length..]) } },
        _ when option.StartsWith("workdir=", StringComparison.Ordinal) => mount with { Overlay = (mount.Overlay ?? OverlayPlaces.Temporary) with { Work = Path.GetFullPath(option["workdir=".Length..]) } },
        _ when mount.Kind == MountKind.Bind && Array.IndexOf(Propagations, option) >= 0 => mount with { Propagation = option },
        _ => throw new FormatException($"invalid mode: {option}"),
    };

    /// <summary>Permission bits in octal.</summary>
    /// <exception cref="FormatException">They are not.</exception>
    public static int Octal(string text)
    {
        int mode = 0;
        foreach (char digit in text)
        {
            mode = digit is >= '0' and <= '7' && mode <= MaxMode ? (mode * 8) + (digit - '0') : int.MaxValue;
        }

        return text.Length > 0 && mode <= MaxMode ? mode : throw new FormatException($"invalid file mode '{text}'");
    }

    /// <summary>What goes together in a mount with named fields, in docker's words.</summary>
    /// <exception cref="FormatException">Two fields contradict each other.</exception>
    public static void Check(MountRequest mount)
    {
        if (mount.Kind == MountKind.Bind && mount.Source.Length == 0) { throw new FormatException("source is required for a bind mount"); }

        if (mount.Kind is MountKind.Tmpfs or MountKind.Ramfs or MountKind.Devpts && mount.Source.Length > 0) { throw new FormatException($"cannot specify a source for a {mount.Kind.ToString().ToLowerInvariant()} mount"); }

        if (mount.Reach == ReadOnlyReach.Usual) { return; }

        string word = mount.Reach == ReadOnlyReach.Top ? "writable" : "readonly";
        if (!mount.ReadOnly) { throw new FormatException($"option 'bind-recursive={word}' requires 'readonly' to be specified in conjunction"); }

        if (mount.Reach == ReadOnlyReach.All && mount.Propagation != "rprivate") { throw new FormatException("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction"); }
    }

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
        int equals = option.IndexOf('=', StringComparison.Ordinal);
        (string key, string value) = equals < 0 ? (option, "") : (option[..equals], option[(equals + 1)..]);
        return key switch
        {
            "ro" => mount with { ReadOnly = true },
            "rw" => mount with { ReadOnly = false },
            "size" when !value.EndsWith('%') => mount with { TmpfsSizeBytes = ByteSize.Parse(value) },
            "mode" => mount with { TmpfsMode = Octal(value) },
            "exec" or "noexec" or "suid" or "nosuid" or "dev" or "nodev" or "size" or "nr_inodes" or "nr_blocks" or "uid" or "gid"
                or "noatime" or "relatime" or "strictatime" or "nodiratime" or "sync" or "async" or "dirsync" or "mpol" =>
                mount with { Options = [.. mount.Options, option] },
            _ => throw new FormatException($"invalid tmpfs option [\"{option}\"]"),
        };
    }
}
