namespace Inro.KernelTests.Harness;

/// <summary>What a test may need of the machine. A test on a machine without it is skipped by name, never silently passed.</summary>
[Flags]
public enum Needs
{
    /// <summary>Nothing beyond a Linux of the supported versions.</summary>
    None = 0,

    /// <summary>User id 0 with the capabilities to mount and to make namespaces.</summary>
    Root = 1 << 0,

    /// <summary>CAP_SYS_RESOURCE: raising hard limits, a negative oom_score_adj.</summary>
    SysResource = 1 << 1,

    /// <summary>At least one cgroup v1 controller hierarchy that this user may write.</summary>
    CgroupV1 = 1 << 2,

    /// <summary>A cgroup v2 tree, with or without controllers.</summary>
    CgroupV2 = 1 << 3,

    /// <summary>A cgroup v2 tree that holds the memory and pids controllers.</summary>
    CgroupV2Controllers = 1 << 4,

    /// <summary>overlayfs in the kernel.</summary>
    OverlayFs = 1 << 5,

    /// <summary>User namespaces for this user.</summary>
    UserNamespaces = 1 << 6,

    /// <summary>mount_setattr with an id map (Linux 5.12).</summary>
    IdmappedMounts = 1 << 7,

    /// <summary>overlayfs over idmapped layers (Linux 5.19).</summary>
    IdmappedOverlay = 1 << 8,

    /// <summary>newuidmap and newgidmap.</summary>
    NewUidMap = 1 << 9,

    /// <summary>A statically linked /bin/busybox, of which test images are made.</summary>
    Busybox = 1 << 10,

    /// <summary>The published program; see <see cref="InroProcess.Binary"/>.</summary>
    Program = 1 << 11,

    /// <summary>libseccomp, which compiles profiles that are not yet in the cache.</summary>
    LibSeccomp = 1 << 12,

    /// <summary>strace, and the right to trace.</summary>
    Strace = 1 << 13,

    /// <summary>runc, as a second opinion and as the maker of bundles.</summary>
    Runc = 1 << 14,

    /// <summary>skopeo, as a second opinion on image layouts.</summary>
    Skopeo = 1 << 15,

    /// <summary>umoci, as a second opinion on unpacked layers.</summary>
    Umoci = 1 << 16,

    /// <summary>systemd as process 1.</summary>
    Systemd = 1 << 17,

    /// <summary>AppArmor in the kernel.</summary>
    AppArmor = 1 << 18,

    /// <summary>setcap, which gives files capabilities.</summary>
    Setcap = 1 << 19,

    /// <summary>The zstd program, which makes layers to read.</summary>
    Zstd = 1 << 20,

    /// <summary>setfacl, which makes binary extended attributes.</summary>
    Setfacl = 1 << 21,

    /// <summary>chrt, which tells a process's scheduling.</summary>
    Chrt = 1 << 22,

    /// <summary>podman.</summary>
    Podman = 1 << 23,

    /// <summary>dockerd, docker, containerd and ctr as ./dev test unpacks them.</summary>
    Docker = 1 << 24,

    /// <summary>ip, which makes network devices in a test's own namespace.</summary>
    Ip = 1 << 25,

    /// <summary>docker-registry, which tests start on loopback.</summary>
    Registry = 1 << 26,

    /// <summary>tc, and traffic classes (htb) in the kernel.</summary>
    TrafficClasses = 1 << 27,

    /// <summary>buildah.</summary>
    Buildah = 1 << 28,

    /// <summary>fuse-overlayfs, and a FUSE device.</summary>
    FuseOverlay = 1 << 29,

    /// <summary>getfattr, which reads extended attributes.</summary>
    Getfattr = 1 << 30,

    /// <summary>GNU time, which tells a program's peak memory.</summary>
    Time = 1 << 31,
}
