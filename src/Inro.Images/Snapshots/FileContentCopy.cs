using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Snapshots;

/// <summary>Copies the bytes of files, holes left out: inside the kernel where the file system can, which shares blocks where it can do that.</summary>
internal sealed class FileContentCopy
{
    private const int BufferBytes = 256 << 10;

    private byte[] buffer = [];
    private bool isRefused; // by the file system, so for all files of it

    /// <summary>Copies a whole file into an empty one.</summary>
    public void Copy(SafeFileHandle from, SafeFileHandle to, in FileStatus status)
    {
        if (status.Size == 0) { return; }

        bool hasHoles = status.Blocks * 512 < status.Size;
        if (!hasHoles)
        {
            CopyRun(from, to, 0, status.Size);
            return;
        }

        FileDescriptor.SetLength(to, status.Size, "copy");
        for (long at = 0; at < status.Size && FileDescriptor.TryFindData(from, at, out (long Start, long End) run); at = run.End)
        {
            CopyRun(from, to, run.Start, Math.Min(run.End, status.Size) - run.Start);
        }
    }

    private void CopyRun(SafeFileHandle from, SafeFileHandle to, long offset, long length)
    {
        try
        {
            for (long copied = 1; !isRefused && length > 0 && copied > 0; offset += copied, length -= copied)
            {
                copied = FileDescriptor.CopyRange(from, offset, to, offset, length, "copy");
            }

            if (!isRefused) { return; }
        }
        catch (LinuxException refused) when (refused.Errno is Errno.EXDEV or Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENOSYS) { isRefused = true; }

        if (buffer.Length == 0) { buffer = new byte[BufferBytes]; }

        for (int read = 1; length > 0 && read > 0; offset += read, length -= read)
        {
            read = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length)), offset);
            RandomAccess.Write(to, buffer.AsSpan(0, read), offset);
        }
    }
}
