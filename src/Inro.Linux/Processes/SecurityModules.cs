namespace Inro.Linux.Processes;

/// <summary>Which security modules with profiles or labels the running kernel uses.</summary>
public static class SecurityModules
{
    private const string AppArmorSwitch = "/sys/module/apparmor/parameters/enabled";
    private const string SelinuxState = "/sys/fs/selinux/enforce";

    /// <summary>Whether AppArmor is there and switched on.</summary>
    public static bool HasAppArmor()
    {
        Span<byte> answer = stackalloc byte[1];
        return ProcFile.Read(AppArmorSwitch, answer) == 1 && answer[0] == (byte)'Y';
    }

    /// <summary>Whether SELinux is there and its file system mounted, as its tools ask.</summary>
    public static bool HasSelinux()
    {
        Span<byte> answer = stackalloc byte[1];
        return ProcFile.Read(SelinuxState, answer) == 1;
    }
}
