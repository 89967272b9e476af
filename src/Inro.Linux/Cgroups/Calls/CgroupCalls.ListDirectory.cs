using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

internal static unsafe partial class CgroupCalls
{
    /// <summary>x86-64; arm64 has 61.</summary>
    private static readonly long SysGetdents64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 61 : 217;

    /// <summary>See getdents64(2).</summary>
    public static int ListDirectory(int descriptor, Span<byte> buffer)
    {
        fixed (byte* p = buffer) { return (int)syscall(SysGetdents64, descriptor, p, (nuint)buffer.Length); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, int descriptor, byte* buffer, nuint length);
}
