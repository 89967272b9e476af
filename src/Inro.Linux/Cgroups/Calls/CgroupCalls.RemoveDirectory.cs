using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

internal static unsafe partial class CgroupCalls
{
    private const int AtRemoveDirectory = 0x200;

    /// <summary>See unlinkat(2) with AT_REMOVEDIR.</summary>
    public static int RemoveDirectory(int directory, string path) => unlinkat(directory, path, AtRemoveDirectory);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlinkat(int directory, string path, int flags);
}
