using System.Runtime.InteropServices;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Waits until something happens on one of the descriptors. See poll(2).</summary>
    /// <param name="entries">What to wait for; filled with what happened.</param>
    /// <param name="timeoutMilliseconds">Longest wait; negative: for ever; 0: only look.</param>
    /// <returns>Number of entries with events; 0 when the time ran out or a signal came.</returns>
    public static int Poll(Span<PollEntry> entries, int timeoutMilliseconds)
    {
        fixed (PollEntry* first = entries)
        {
            int ready = poll(first, (nuint)entries.Length, timeoutMilliseconds);
            if (ready >= 0) { return ready; }
        }

        LinuxException failure = LinuxException.FromLastError("poll", "descriptors");
        if (failure.Errno != Errno.EINTR) { throw failure; }

        foreach (ref PollEntry entry in entries) { entry.Happened = PollEvents.None; }

        return 0;
    }

    // unsafe: an array of structs that the kernel changes in place.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollEntry* entries, nuint count, int timeoutMilliseconds);
}
