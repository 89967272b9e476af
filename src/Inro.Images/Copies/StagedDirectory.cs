using Inro.Images.Bytes;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Copies;

/// <summary>A directory that gets files all at once: they are written into a folder beside them and moved at the end. What was not moved disappears.</summary>
internal sealed class StagedDirectory : IDisposable
{
    private const string Prefix = ".inro-";
    private const string LockName = "lock";
    private const uint DirectoryMode = 0x1FF; // 0777, less the umask
    private const uint FileMode = 0x1B6; // 0666, less the umask
    private const int CopyBytes = 256 << 10;

    private readonly DirFd parent;
    private readonly string name;
    private readonly bool isNew;
    private readonly DirFd staging;
    private readonly string stagingName = Prefix + Guid.NewGuid().ToString("N");
    private readonly FileLock sign;
    private bool isKept;

    /// <summary>Makes the directory where it is missing.</summary>
    /// <param name="parent">Closed with this object.</param>
    /// <param name="name">The directory's name there.</param>
    public StagedDirectory(DirFd parent, string name)
    {
        (this.parent, this.name) = (parent, name);
        Errno errno = parent.TryMakeDirectory(PathBytes.Encode(name), DirectoryMode);
        if (errno is not (Errno.None or Errno.EEXIST)) { throw new LinuxException("mkdirat", name, errno); }

        isNew = errno == Errno.None;
        Directory = parent.OpenDirectory(name);
        RemoveDead();
        Directory.MakeDirectory(stagingName, DirectoryMode);
        staging = Directory.OpenDirectory(stagingName);
        sign = FileLock.Acquire(staging, LockName, shared: false, TimeSpan.Zero); // the folder of a killed copy has nobody who holds it
    }

    /// <summary>The directory itself.</summary>
    public DirFd Directory { get; }

    /// <summary>Names in the directory, without the folder of this object.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Directory.List().Select(static n => System.Text.Encoding.UTF8.GetString(n.AsSpan().TrimEnd((byte)0))).Where(static n => !n.StartsWith(Prefix, StringComparison.Ordinal))];

    /// <summary>True where a file is there, or is written and going to be.</summary>
    public bool IsStaged(string file) => staging.TryStatus(file, out _) == Errno.None;

    /// <summary>Writes a blob that fails while it is read if it is not the right one.</summary>
    public void Write(string file, Stream bytes, CancellationToken ct)
    {
        string writing = file + AtomicFile.TemporarySuffix;
        using (SafeFileHandle handle = staging.OpenInside(writing, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, FileMode))
        {
            byte[] buffer = new byte[CopyBytes];
            for (int count = bytes.Read(buffer); count > 0; count = bytes.Read(buffer))
            {
                ct.ThrowIfCancellationRequested();
                FileDescriptor.WriteAll(handle, buffer.AsSpan(0, count), file);
            }
        }

        staging.Rename(writing, staging, file);
    }

    /// <summary>Writes a small file.</summary>
    public void Write(string file, ReadOnlySpan<byte> bytes)
    {
        using SafeFileHandle handle = staging.OpenInside(file, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, FileMode);
        FileDescriptor.WriteAll(handle, bytes, file);
    }

    /// <summary>Moves a written file to its place, over what is there.</summary>
    public void Move(string file, DirFd to, string newName)
    {
        isKept = true;
        staging.Rename(file, to, newName);
    }

    /// <summary>A directory below, made where it is missing.</summary>
    public DirFd Below(string path)
    {
        DirFd at = parent.OpenDirectory(name);
        foreach (string part in path.Split('/'))
        {
            Errno errno = at.TryMakeDirectory(PathBytes.Encode(part), DirectoryMode);
            if (errno is not (Errno.None or Errno.EEXIST)) { throw new LinuxException("mkdirat", path, errno); }

            DirFd next = at.OpenDirectory(part, ResolveFlags.NoSymlinks);
            at.Dispose();
            at = next;
        }

        return at;
    }

    /// <summary>True where a file of the directory has these bytes.</summary>
    public bool Holds(string path, Digest digest, long size)
    {
        if (Directory.TryOpenInside(PathBytes.Encode(path), OpenFlags.Read | OpenFlags.NonBlocking, 0, ResolveFlags.NoSymlinks, out SafeFileHandle? file) != Errno.None) { return false; }

        using var bytes = new VerifyingStream(new FileRangeStream(file!, 0, FileDescriptor.Status(file!, path).Size, owned: true), digest, size);
        try { bytes.Finish(); }
        catch (BlobMismatchException) { return false; }

        return true;
    }

    /// <summary>Everything written is on the disk.</summary>
    public void Flush() => Directory.FlushFileSystem();

    /// <inheritdoc/>
    public void Dispose()
    {
        staging.Dispose();
        Directory.RemoveTree(stagingName);
        sign.Dispose();
        Directory.Dispose();
        if (isNew && !isKept) { _ = parent.TryRemove(PathBytes.Encode(name), directory: true); } // stays where somebody else has put something into it

        parent.Dispose();
    }

    private void RemoveDead()
    {
        foreach (byte[] entry in Directory.List())
        {
            string folder = System.Text.Encoding.UTF8.GetString(entry.AsSpan().TrimEnd((byte)0));
            if (!folder.StartsWith(Prefix, StringComparison.Ordinal)) { continue; }

            if (Directory.TryOpenDirectory(entry, ResolveFlags.NoSymlinks, out DirFd? dead) != Errno.None) { continue; }

            using (dead)
            using (FileLock? free = FileLock.TryAcquire(dead!, LockName, shared: false, TimeSpan.Zero))
            {
                if (free is not null) { Directory.RemoveTree(folder); }
            }
        }
    }
}
