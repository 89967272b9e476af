using Inro.Spec.Runtime;

namespace Inro.Runtime.Rootfs;

/// <summary>What may be mounted on /proc and below: a false procfs would swallow what is written to the real one (CVE-2019-16884).</summary>
internal static class ProcRules
{
    /// <exception cref="RuntimeException">The mount is refused.</exception>
    public static void Check(string field, string path, MountConfig mount, MountOptions options)
    {
        if (!ContainerPath.IsAtOrBelow(path, "/proc")) { return; }

        bool allowed = path is "/proc"
            ? mount.Type is "proc" || (options.IsBind && mount.Source is "/proc")
            : path is "/proc/cpuinfo" or "/proc/diskstats" or "/proc/loadavg" or "/proc/meminfo" or "/proc/slabinfo" or "/proc/stat" or "/proc/swaps"
                or "/proc/uptime" or "/proc/net/dev" or "/proc/sys/kernel/ns_last_pid" or "/proc/sys/crypto/fips_enabled"
                || (mount.Type is "binfmt_misc" && path is "/proc/sys/fs/binfmt_misc");
        if (!allowed) { throw RuntimeException.Invalid(field + ".destination", $"\"{path}\" cannot be mounted on: it is inside /proc"); }
    }
}
