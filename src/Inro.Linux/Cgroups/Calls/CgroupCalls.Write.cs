using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

internal static unsafe partial class CgroupCalls
{
    /// <summary>See write(2).</summary>
    public static nint Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes) { return write(descriptor, p, (nuint)bytes.Length); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* bytes, nuint length);
}
