using System.Text;

namespace Inro.Linux.Processes;

/// <summary>The random id of this boot: a pid and a start time name a process only together with it.</summary>
public static class BootId
{
    /// <summary>Reads it: 36 characters. See random(4).</summary>
    /// <exception cref="LinuxException">ENOENT: /proc is not mounted.</exception>
    public static string Read()
    {
        Span<byte> bytes = stackalloc byte[64];
        int length = ProcFile.Read("/proc/sys/kernel/random/boot_id", bytes);
        return length > 0
            ? Encoding.ASCII.GetString(bytes[..length].TrimEnd((byte)'\n'))
            : throw new LinuxException("open", "/proc/sys/kernel/random/boot_id", Errno.ENOENT);
    }
}
