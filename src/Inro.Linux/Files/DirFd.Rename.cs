using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Moves a name from this directory into another. See renameat2(2).</summary>
    /// <param name="name">The name here; ends with a zero byte.</param>
    /// <param name="to">The other directory, on the same file system.</param>
    /// <param name="newName">The name there; ends with a zero byte.</param>
    /// <param name="replace">False makes it fail with EEXIST where the new name is taken.</param>
    public Errno TryRename(ReadOnlySpan<byte> name, DirFd to, ReadOnlySpan<byte> newName, bool replace = true)
    {
        const uint NoReplace = 1; // RENAME_NOREPLACE
        fixed (byte* p = name)
        fixed (byte* q = newName)
        {
            return renameat2(this, p, to, q, replace ? 0 : NoReplace) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
        }
    }

    /// <summary>The same, throwing.</summary>
    public void Rename(string name, DirFd to, string newName, bool replace = true) =>
        Check(TryRename(PathBytes.Encode(name), to, PathBytes.Encode(newName), replace), "renameat2", newName);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat2(DirFd from, byte* name, DirFd to, byte* newName, uint flags);
}
