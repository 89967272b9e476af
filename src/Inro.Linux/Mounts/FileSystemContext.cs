using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

/// <summary>A file system that is being configured, and becomes a mount that is nowhere yet. See fsopen(2), Linux 5.2.</summary>
/// <remarks>Such a mount is gone with the last descriptor that refers to it, unless it was moved to a place before.</remarks>
public sealed unsafe partial class FileSystemContext : IDisposable
{
    private readonly SafeFileHandle context;
    private readonly string type;

    private FileSystemContext(SafeFileHandle context, string type)
    {
        this.context = context;
        this.type = type;
    }

    /// <summary>Begins with a type: <c>overlay</c>.</summary>
    /// <exception cref="LinuxException">ENODEV: the kernel has no such file system. EPERM: this process may not mount.</exception>
    public static FileSystemContext Open(string type)
    {
        fixed (byte* name = PathBytes.Encode(type))
        {
            long opened = syscall(SystemCall.Fsopen.Number, name, MountCalls.FsOpenCloseOnExec);
            return opened >= 0 ? new FileSystemContext(new SafeFileHandle((nint)opened, ownsHandle: true), type) : throw LinuxException.FromLastError("fsopen", type);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => context.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, byte* type, uint flags);
}
