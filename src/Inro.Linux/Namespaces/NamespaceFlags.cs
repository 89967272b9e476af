namespace Inro.Linux.Namespaces;

/// <summary>Kinds of namespaces: CLONE_NEW… of clone(2), setns(2), unshare(2).</summary>
[Flags]
public enum NamespaceFlags : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>CLONE_NEWTIME; with unshare and setns, and clone3 only.</summary>
    Time = 0x80,

    /// <summary>CLONE_NEWNS.</summary>
    Mount = 0x2_0000,

    /// <summary>CLONE_NEWCGROUP.</summary>
    Cgroup = 0x200_0000,

    /// <summary>CLONE_NEWUTS.</summary>
    Uts = 0x400_0000,

    /// <summary>CLONE_NEWIPC.</summary>
    Ipc = 0x800_0000,

    /// <summary>CLONE_NEWUSER.</summary>
    User = 0x1000_0000,

    /// <summary>CLONE_NEWPID.</summary>
    Pid = 0x2000_0000,

    /// <summary>CLONE_NEWNET.</summary>
    Network = 0x4000_0000,
}
