using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>Room on file systems.</summary>
public static unsafe partial class FileSystemSpace
{
    /// <summary>Bytes that are free for ordinary users on the file system under <paramref name="path"/>. See statfs(2).</summary>
    public static long FreeBytes(string path)
    {
        StatFs data;
        if (statfs(path, &data) < 0) { throw LinuxException.FromLastError("statfs", path); }

        return data.AvailableBlocks * data.BlockBytes;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, StatFs* data);

    /// <summary>struct statfs of 64-bit machines: 120 bytes, the rest of which nobody here asks for.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct StatFs
    {
        [FieldOffset(8)]
        public long BlockBytes;

        [FieldOffset(32)]
        public long AvailableBlocks;
    }
}
