using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

internal static unsafe partial class CgroupCalls
{
    private const short PollPriority = 2;
    private const short PollError = 8;

    /// <summary>Waits until a pseudo file says that it changed (POLLPRI), at most so long. See poll(2).</summary>
    /// <param name="descriptor">An open cgroup.events, or -1 to wait for the time alone.</param>
    /// <param name="milliseconds">At most so long.</param>
    public static void WaitForChange(int descriptor, int milliseconds)
    {
        var one = new PollDescriptor { Descriptor = descriptor, Events = PollPriority | PollError };
        _ = poll(&one, 1, milliseconds);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
