using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Cuts a file to a length. See ftruncate(2).</summary>
    public static void Truncate(SafeFileHandle file, long length)
    {
        if (ftruncate64(file, length) < 0) { throw LinuxException.FromLastError("ftruncate", "file"); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate64(SafeFileHandle file, long length);
}
