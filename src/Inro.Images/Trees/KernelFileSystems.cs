using Inro.Linux.Files;

namespace Inro.Images.Trees;

/// <summary>File systems whose files are the kernel's answers, and no content that anybody could want in an archive.</summary>
internal static class KernelFileSystems
{
    /// <summary>Whether the directory is on one. Numbers: linux/magic.h.</summary>
    public static bool Has(DirFd directory) => FileSystemType.MagicOf(directory, out _) is
        0x9FA0 // proc
        or 0x62656572 // sysfs
        or 0x27E0EB // cgroup
        or 0x63677270 // cgroup2
        or 0x1CD1 // devpts
        or 0x19800202 // mqueue
        or 0x64626720 // debugfs
        or 0x74726163 // tracefs
        or 0x73636673 // securityfs
        or 0xCAFE4A11; // bpf
}
