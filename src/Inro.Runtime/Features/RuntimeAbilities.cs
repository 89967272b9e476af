namespace Inro.Runtime.Features;

/// <summary>What this runtime does of that which a runtime may leave out. <c>features</c> tells it, and nothing else decides on it.</summary>
internal static class RuntimeAbilities
{
    /// <summary>process.apparmorProfile.</summary>
    public static bool AppArmor => false;

    /// <summary>process.selinuxLabel and linux.mountLabel.</summary>
    public static bool Selinux => false;

    /// <summary>linux.intelRdt.</summary>
    public static bool IntelRdt => false;

    /// <summary>linux.netDevices.</summary>
    public static bool NetDevices => false;

    /// <summary>linux.seccomp.listenerPath, and with it the action SCMP_ACT_NOTIFY.</summary>
    public static bool SeccompListener => false;

    /// <summary>cgroups made by systemd.</summary>
    public static bool SystemdCgroups => false;
}
