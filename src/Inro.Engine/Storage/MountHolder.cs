using System.Globalization;
using Inro.Linux.Processes;

namespace Inro.Engine.Storage;

/// <summary>A mount namespace, and the process that holds it: the first of those from which this one comes that are in it, too.</summary>
/// <param name="Boot">The boot in which this is so.</param>
/// <param name="Namespace">The kernel's number of the namespace.</param>
/// <param name="Pid">The process.</param>
/// <param name="StartTime">When it began, in clock ticks since boot.</param>
internal sealed record MountHolder(string Boot, ulong Namespace, int Pid, ulong StartTime)
{
    /// <summary>That of this process.</summary>
    public static MountHolder OfCaller()
    {
        ulong own = NamespaceOf(Environment.ProcessId) ?? 0;
        int pid = Environment.ProcessId;
        for (int parent = pid; parent > 0 && NamespaceOf(parent) == own; parent = ProcessStat.Read(parent)?.Parent ?? 0) { pid = parent; }

        return new MountHolder(BootId.Read(), own, pid, ProcessStat.Read(pid)?.StartTime ?? 0);
    }

    /// <summary>Whether the process is still there, and with it the namespace.</summary>
    public bool IsThere => Boot == BootId.Read() && ProcessStat.Read(Pid)?.StartTime == StartTime;

    // mnt:[4026531841]
    private static ulong? NamespaceOf(int pid)
    {
        try
        {
            string? link = new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/mnt")).LinkTarget;
            return ulong.TryParse(link.AsSpan().TrimStart("mnt:[").TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException) { return null; }
    }
}
