using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Cuts or extends the file; what is added is a hole. See ftruncate(2).</summary>
    public static void SetLength(SafeFileHandle file, long bytes, string subject) => Check(ftruncate64(file, bytes), "ftruncate", subject);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate64(SafeFileHandle file, long length);
}
