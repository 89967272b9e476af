using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

internal static unsafe partial class CgroupCalls
{
    /// <summary>See mkdirat(2).</summary>
    public static int MakeDirectory(int directory, string path) => mkdirat(directory, path, 0x1ED); // 0755

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdirat(int directory, string path, uint mode);
}
