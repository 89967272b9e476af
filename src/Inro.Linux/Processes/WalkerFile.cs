using System.Runtime.InteropServices;
using Inro.Linux.Memory;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Processes;

/// <summary>The walker's program as a file that can be executed and never changed.</summary>
/// <remarks>
/// It shares no inode with this program, so a container that looks at <c>/proc/PID/exe</c> of a walker finds nothing of the host.
/// A sealed memory file; where the host forbids those to be executed (<c>vm.memfd_noexec=2</c>), a deleted file
/// seen through a read-only mount that exists only as a descriptor.
/// </remarks>
public sealed unsafe partial class WalkerFile : IDisposable
{
    private WalkerFile(SafeFileHandle handle) => Handle = handle;

    /// <summary>To be executed through <see cref="ProcessSpawn"/>.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Bytes of the walker.</summary>
    public static int Length => Program.Length;

    /// <summary>Makes the file.</summary>
    /// <param name="directory">Where it is extracted if memory files may not be executed; not on a noexec mount.</param>
    /// <exception cref="LinuxException">Neither way works.</exception>
    public static WalkerFile Create(string directory = "/run")
    {
        try
        {
            return new WalkerFile(MemoryFile.CreateSealed("inro-walker", executable: true, Program));
        }
        catch (LinuxException failure) when (failure.Errno is Errno.EACCES or Errno.EPERM)
        {
            return Extract(directory);
        }
    }

    /// <summary>The second way, see the remarks of the type.</summary>
    internal static WalkerFile Extract(string directory)
    {
        int written = open(directory, ReadWrite | TemporaryFile | CloseOnExec, OwnerReadsAndExecutes);
        if (written < 0) { throw LinuxException.FromLastError("open", directory); }
        using var file = new SafeFileHandle(written, ownsHandle: true);
        RandomAccess.Write(file, Program, fileOffset: 0);

        // A second, read-only descriptor: a file that is open for writing cannot be executed.
        int readable = open($"/proc/self/fd/{written}", PathOnly | CloseOnExec, 0);
        if (readable < 0) { throw LinuxException.FromLastError("open", "extracted walker"); }
        var handle = new SafeFileHandle(readable, ownsHandle: true);
        SafeFileHandle? mounted = TryMountReadOnly(handle);
        if (mounted is null) { return new WalkerFile(handle); }
        handle.Dispose();
        return new WalkerFile(mounted);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private const int ReadWrite = 2;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int TemporaryFile = 0x400000 | 0x10000; // O_TMPFILE holds O_DIRECTORY (x86-64 value)
    private const uint OwnerReadsAndExecutes = 0x140; // 0500
    private const int EmptyPath = 0x1000;
    private const int CloneTree = 1;
    private const ulong MountReadOnly = 1;

    /// <returns>Null for who may not mount: an ordinary user's file is protected by its owner alone.</returns>
    private static SafeFileHandle? TryMountReadOnly(SafeFileHandle file)
    {
        bool added = false;
        file.DangerousAddRef(ref added);
        try
        {
            byte nothing = 0;
            int fd = (int)syscall(SystemCall.OpenTree.Number, (int)file.DangerousGetHandle(), &nothing, CloneTree | CloseOnExec | EmptyPath, null, 0);
            if (fd < 0) { return null; }
            var attributes = new MountAttributes { Set = MountReadOnly };
            long set = syscall(SystemCall.MountSetattr.Number, fd, &nothing, EmptyPath, &attributes, sizeof(MountAttributes));
            var mounted = new SafeFileHandle(fd, ownsHandle: true);
            if (set == 0) { return mounted; }
            mounted.Dispose();
            return null;
        }
        finally
        {
            file.DangerousRelease();
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long descriptor, byte* path, long flags, MountAttributes* attributes, long size);

    /// <summary>struct mount_attr of mount_setattr(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MountAttributes
    {
        public ulong Set;
        public ulong Clear;
        public ulong Propagation;
        public ulong UserNamespace;
    }
}
