using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

internal static unsafe partial class CgroupCalls
{
    /// <summary>See read(2).</summary>
    public static nint Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* p = buffer) { return read(descriptor, p, (nuint)buffer.Length); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nuint length);
}
