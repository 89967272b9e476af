namespace Inro.Runtime.Features;

/// <summary>What this runtime does of that which a runtime may leave out. <c>features</c> tells it, and nothing else decides on it.</summary>
/// <remarks>Whether the host can do it too is another question, as the specification has it.</remarks>
internal static class RuntimeAbilities
{
    /// <summary>process.apparmorProfile.</summary>
    public static bool AppArmor => true;

    /// <summary>process.selinuxLabel and linux.mountLabel.</summary>
    public static bool Selinux => true;

    /// <summary>linux.intelRdt.</summary>
    public static bool IntelRdt => true;

    /// <summary>linux.netDevices.</summary>
    public static bool NetDevices => true;

    /// <summary>linux.seccomp.listenerPath, and with it the action SCMP_ACT_NOTIFY.</summary>
    public static bool SeccompListener => true;

    /// <summary>cgroups made by systemd.</summary>
    public static bool SystemdCgroups => true;
}
