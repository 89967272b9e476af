using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

internal static unsafe partial class CgroupCalls
{
    /// <summary>See close(2).</summary>
    public static void Close(int descriptor) => _ = close(descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
