using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Changes owner and group. Clears set-id bits and capabilities. See fchown(2).</summary>
    public static Errno TrySetOwner(SafeFileHandle file, uint user, uint group) => LastError(fchown(file, user, group));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(SafeFileHandle file, uint user, uint group);
}
