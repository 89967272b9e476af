using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    private const int EventFlags = 0x80800; // close on exec, non-blocking

    /// <summary>Makes a counter that the kernel or another process counts up; readable while it is not zero. See eventfd(2).</summary>
    public static SafeFileHandle EventCounter()
    {
        int descriptor = eventfd(0, EventFlags);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.FromLastError("eventfd", "counter");
    }

    /// <summary>Takes what an event counter has counted and sets it to zero; 0 where nothing was counted.</summary>
    public static ulong TakeEvents(SafeFileHandle counter)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        return Read(counter, value) == value.Length ? BinaryPrimitives.ReadUInt64LittleEndian(value) : 0; // the kernel's own order: all supported machines are little-endian
    }

    /// <summary>Counts an event counter up by one.</summary>
    public static void CountUp(SafeFileHandle counter)
    {
        Span<byte> one = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(one, 1);
        _ = Write(counter, one); // fails only where nobody has taken 2^64 - 1
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);
}
