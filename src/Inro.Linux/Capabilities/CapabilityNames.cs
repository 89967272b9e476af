using System.Diagnostics.CodeAnalysis;

namespace Inro.Linux.Capabilities;

/// <summary>The kernel's names of the capabilities, by bit.</summary>
public static class CapabilityNames
{
    /// <summary>How many capabilities this program knows by name.</summary>
    public const int Count = 41;

    /// <summary>The name as config.json writes it: <c>CAP_NET_ADMIN</c>.</summary>
    public static string Of(Capability capability) => Of((int)capability);

    /// <summary>Finds a capability by its full name, in any case; the prefix <c>CAP_</c> may be missing.</summary>
    public static bool TryParse(string name, out Capability capability)
    {
        ReadOnlySpan<char> bare = name.AsSpan();
        if (bare.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase)) { bare = bare[4..]; }

        for (int bit = 0; bit < Count; bit++)
        {
            if (bare.Equals(Of(bit).AsSpan(4), StringComparison.OrdinalIgnoreCase))
            {
                capability = (Capability)bit;
                return true;
            }
        }

        capability = default;
        return false;
    }

    // A switch and not an array: no static constructor runs at the start of a verb.
    [SuppressMessage("Maintainability", "CA1502", Justification = "one row per capability")]
    private static string Of(int bit) => bit switch
    {
        0 => "CAP_CHOWN",
        1 => "CAP_DAC_OVERRIDE",
        2 => "CAP_DAC_READ_SEARCH",
        3 => "CAP_FOWNER",
        4 => "CAP_FSETID",
        5 => "CAP_KILL",
        6 => "CAP_SETGID",
        7 => "CAP_SETUID",
        8 => "CAP_SETPCAP",
        9 => "CAP_LINUX_IMMUTABLE",
        10 => "CAP_NET_BIND_SERVICE",
        11 => "CAP_NET_BROADCAST",
        12 => "CAP_NET_ADMIN",
        13 => "CAP_NET_RAW",
        14 => "CAP_IPC_LOCK",
        15 => "CAP_IPC_OWNER",
        16 => "CAP_SYS_MODULE",
        17 => "CAP_SYS_RAWIO",
        18 => "CAP_SYS_CHROOT",
        19 => "CAP_SYS_PTRACE",
        20 => "CAP_SYS_PACCT",
        21 => "CAP_SYS_ADMIN",
        22 => "CAP_SYS_BOOT",
        23 => "CAP_SYS_NICE",
        24 => "CAP_SYS_RESOURCE",
        25 => "CAP_SYS_TIME",
        26 => "CAP_SYS_TTY_CONFIG",
        27 => "CAP_MKNOD",
        28 => "CAP_LEASE",
        29 => "CAP_AUDIT_WRITE",
        30 => "CAP_AUDIT_CONTROL",
        31 => "CAP_SETFCAP",
        32 => "CAP_MAC_OVERRIDE",
        33 => "CAP_MAC_ADMIN",
        34 => "CAP_SYSLOG",
        35 => "CAP_WAKE_ALARM",
        36 => "CAP_BLOCK_SUSPEND",
        37 => "CAP_AUDIT_READ",
        38 => "CAP_PERFMON",
        39 => "CAP_BPF",
        40 => "CAP_CHECKPOINT_RESTORE",
        _ => throw new ArgumentOutOfRangeException(nameof(bit), bit, "no capability has this bit"),
    };
}
