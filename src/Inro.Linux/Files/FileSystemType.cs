using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>Which file system holds a path.</summary>
public static unsafe partial class FileSystemType
{
    /// <summary>The magic number of the file system under <paramref name="path"/>, as linux/magic.h lists them. See statfs(2).</summary>
    public static uint MagicOf(string path)
    {
        StatFs data = default;
        if (statfs(path, &data) < 0) { throw LinuxException.FromLastError("statfs", path); }

        return (uint)data.Type;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, StatFs* data);

    /// <summary>struct statfs of 64-bit kernels: 120 bytes, the type first.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct StatFs
    {
        public long Type;
        public long BlockSize;
        public fixed long Rest[13];
    }
}
