namespace Inro.Conformance;

/// <summary>What attacks aim at on the host.</summary>
internal static class HostState
{
    private static readonly string[] Parameters =
        ["kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "kernel/domainname", "kernel/pid_max", "vm/overcommit_memory", "net/ipv4/ip_default_ttl"];

    /// <summary>As text, to compare with an earlier one.</summary>
    public static string Now() =>
        string.Join('\n', Parameters.Where(static f => File.Exists("/proc/sys/" + f)).Select(static f => f + "=" + File.ReadAllText("/proc/sys/" + f).Trim()))
            + "\nlo=" + File.ReadAllText("/sys/class/net/lo/flags").Trim()
            + "\nnull=" + File.GetUnixFileMode("/dev/null");
}
