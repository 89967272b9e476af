using System.Runtime.InteropServices;
using Inro.Linux.Descriptors;

namespace Inro.Linux.Processes;

public sealed unsafe partial class PidFd
{
    private const nuint GetInfoRequest = 0xC040FF0B; // PIDFD_GET_INFO with 64 bytes
    private const ulong ExitInfo = 1 << 3; // PIDFD_INFO_EXIT
    private const int ReapedByParentMilliseconds = 1000;

    /// <summary>How a process ended that is no child of this one: the kernel tells since Linux 6.15, once its parent has waited for it.</summary>
    /// <returns>Null: the kernel does not tell.</returns>
    public ExitStatus? ExitOfAnother()
    {
        using Held held = Hold();
        Span<PollEntry> entry = [new PollEntry { Descriptor = held.Descriptor, Wanted = PollEvents.None }];
        Inro.Linux.Descriptors.Descriptor.Poll(entry, ReapedByParentMilliseconds); // POLLHUP: it was waited for

        var info = new Info { Mask = ExitInfo };
        bool told = ioctl(held.Descriptor, GetInfoRequest, &info) == 0 && (info.Mask & ExitInfo) != 0;
        if (!told) { return null; }

        int signal = info.ExitCode & 0x7f;
        return signal == 0
            ? new ExitStatus(ExitKind.Exited, (info.ExitCode >> 8) & 0xff)
            : new ExitStatus((info.ExitCode & 0x80) != 0 ? ExitKind.Dumped : ExitKind.Killed, signal);
    }

    // unsafe: the kernel fills a struct.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, Info* info);

    /// <summary>struct pidfd_info, first version.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Info
    {
        [FieldOffset(0)] public ulong Mask;
        [FieldOffset(60)] public int ExitCode;
    }
}
