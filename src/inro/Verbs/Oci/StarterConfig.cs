using Inro.Spec.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary>The configuration that <c>spec</c> writes: a shell in the directory rootfs, with few rights, as the other runtimes' begin.</summary>
internal static class StarterConfig
{
    /// <summary>It has no field that is younger, and older runtimes than this one warn of versions that they do not know.</summary>
    private const string Version = "1.0.2";

    private const string Shm = "size=65536k";

    private static readonly string[] Rights = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    /// <summary>For root.</summary>
    /// <param name="isUnified">Whether the host has cgroup v2 alone: then a cgroup namespace is safe to have and wanted.</param>
    public static RuntimeConfig Make(bool isUnified) => new()
    {
        OciVersion = Version,
        Process = new ProcessConfig
        {
            Terminal = true,
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Cwd = "/",
            Capabilities = new CapabilitiesConfig { Bounding = Rights, Effective = Rights, Permitted = Rights },
            Rlimits = [new RlimitConfig("RLIMIT_NOFILE", 1024, 1024)],
            NoNewPrivileges = true,
        },
        Root = new RootConfig { Path = "rootfs", Readonly = true },
        Hostname = "inro",
        Mounts =
        [
            Mount("/proc", "proc", "proc"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", Shm),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", Shm),
            Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"),
        ],
        Linux = new LinuxConfig
        {
            Resources = new LinuxResources { Devices = [new DeviceRule(Allow: false, Type: null, Major: null, Minor: null, Access: "rwm")] },
            Namespaces = [.. Namespaces("pid", "network", "ipc", "uts", "mount"), .. isUnified ? Namespaces("cgroup") : []],
            MaskedPaths =
            [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
                "/sys/firmware", "/proc/scsi",
            ],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };

    /// <summary>The same in a user namespace of which an ordinary user is root: the host's network, its /sys by a bind mount, and no limits.</summary>
    /// <param name="config">That of root.</param>
    /// <param name="users">Ids of the namespace, as the user's own namespace has them.</param>
    /// <param name="groups">Ids of groups.</param>
    public static RuntimeConfig ForOrdinaryUser(RuntimeConfig config, IReadOnlyList<IdMapping> users, IReadOnlyList<IdMapping> groups)
    {
        LinuxConfig linux = config.Linux ?? new LinuxConfig();
        return config with
        {
            Mounts = [.. config.Mounts.Select(ForOrdinaryUser)],
            Linux = linux with
            {
                Resources = null,
                UidMappings = users,
                GidMappings = groups,
                Namespaces = [.. linux.Namespaces.Where(static n => n.Type != "network"), .. Namespaces("user")],
            },
        };
    }

    // The group of terminals is not mapped, and a sysfs can only be mounted by the owner of the network namespace.
    private static MountConfig ForOrdinaryUser(MountConfig mount) => mount.Destination switch
    {
        "/sys" => Mount("/sys", "none", "/sys", ["rbind", .. mount.Options]),
        _ => mount with { Options = [.. mount.Options.Where(static o => !o.StartsWith("gid=", StringComparison.Ordinal) && !o.StartsWith("uid=", StringComparison.Ordinal))] },
    };

    private static MountConfig Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };

    private static IEnumerable<NamespaceConfig> Namespaces(params string[] types) => types.Select(static type => new NamespaceConfig(type, Path: null));
}
