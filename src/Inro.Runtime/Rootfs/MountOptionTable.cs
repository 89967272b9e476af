using Inro.Linux.Mounts;
using A = Inro.Linux.Mounts.MountAttributes;

namespace Inro.Runtime.Rootfs;

/// <summary>Names of mount options that the kernel takes as attributes or as a propagation type, not as file system data.</summary>
/// <remarks>Source: mount(8) "filesystem-independent mount options"; OCI runtime-spec 1.2, config.md "Linux mount options".</remarks>
internal static class MountOptionTable
{
    /// <summary>All names, as <c>features</c> lists them.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "acl", "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "idmap", "iversion", "lazytime", "loud", "mand",
        "noacl", "noatime", "nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid",
        "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "ridmap", "rnoatime", "rnodev",
        "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw",
        "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid",
        "symfollow", "sync", "tmpcopyup", "unbindable",
    ];

    /// <summary>What an option sets and clears; false if it is none of these.</summary>
    public static bool TryAttribute(ReadOnlySpan<char> option, out A set, out A clear)
    {
        (bool known, set, clear) = option switch
        {
            "ro" => (true, A.ReadOnly, A.None),
            "rw" => (true, A.None, A.ReadOnly),
            "nosuid" => (true, A.NoSetUid, A.None),
            "suid" => (true, A.None, A.NoSetUid),
            "nodev" => (true, A.NoDevices, A.None),
            "dev" => (true, A.None, A.NoDevices),
            "noexec" => (true, A.NoExec, A.None),
            "exec" => (true, A.None, A.NoExec),
            "noatime" => (true, A.NoAccessTime, A.StrictAccessTime),
            "atime" or "norelatime" or "nostrictatime" or "relatime" => (true, A.None, A.NoAccessTime | A.StrictAccessTime),
            "strictatime" => (true, A.StrictAccessTime, A.NoAccessTime),
            "nodiratime" => (true, A.NoDirectoryAccessTime, A.None),
            "diratime" => (true, A.None, A.NoDirectoryAccessTime),
            "nosymfollow" => (true, A.NoSymlinks, A.None),
            "symfollow" => (true, A.None, A.NoSymlinks),
            _ => (false, A.None, A.None),
        };
        return known;
    }

    /// <summary>The propagation type that an option names, with <see cref="MountFlags.Recursive"/> where it holds below; None if it names none.</summary>
    public static MountFlags Propagation(string option) => option switch
    {
        "private" => MountFlags.Private,
        "rprivate" => MountFlags.Private | MountFlags.Recursive,
        "shared" => MountFlags.Shared,
        "rshared" => MountFlags.Shared | MountFlags.Recursive,
        "slave" => MountFlags.Slave,
        "rslave" => MountFlags.Slave | MountFlags.Recursive,
        "unbindable" => MountFlags.Unbindable,
        "runbindable" => MountFlags.Unbindable | MountFlags.Recursive,
        _ => MountFlags.None,
    };
}
