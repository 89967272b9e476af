using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public static unsafe partial class FileSystemType
{
    private const int FlagsIndex = 8; // of the words after type and block size
    private const long ReadOnlyFlag = 1; // ST_RDONLY

    /// <summary>The same for what is open. See fstatfs(2).</summary>
    /// <param name="file">Any descriptor.</param>
    /// <param name="isReadOnly">Whether nobody can write through the mount that it was opened on.</param>
    public static uint MagicOf(SafeHandle file, out bool isReadOnly)
    {
        StatFs data = default;
        if (fstatfs(file, &data) < 0) { throw LinuxException.FromLastError("fstatfs", "open file"); }

        isReadOnly = (data.Rest[FlagsIndex] & ReadOnlyFlag) != 0;
        return (uint)data.Type;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatfs(SafeHandle file, StatFs* data);
}
