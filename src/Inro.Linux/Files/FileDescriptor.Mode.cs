using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Changes the permission bits, with set-id and sticky. See fchmod(2).</summary>
    public static Errno TrySetMode(SafeFileHandle file, uint permissions) => LastError(fchmod(file, permissions));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(SafeFileHandle file, uint mode);
}
