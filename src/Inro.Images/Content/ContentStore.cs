using Inro.Images.Bytes;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Content;

/// <summary>Blobs by their digests, in <c>blobs/&lt;algorithm&gt;/&lt;hex&gt;</c>; each content once.</summary>
/// <remarks>
/// A blob is written to <c>ingest/</c> under a lock, verified, flushed, and renamed: what stands under a digest is complete. Whoever
/// reads compares the digest again, because disks and people change files.
/// </remarks>
/// <param name="root">The store's directory; owned by the caller.</param>
public sealed partial class ContentStore(DirFd root)
{
    private const string BlobsDirectory = "blobs";
    private const string IngestDirectory = "ingest";
    private const uint DirectoryMode = 0x1C0; // 0700: blobs hold files of every owner
    private const uint BlobMode = 0x180; // 0600

    /// <summary>True where the blob is there.</summary>
    public bool Contains(Digest digest) => SizeOf(digest) is not null;

    /// <summary>Length of a blob in bytes; null where it is not there.</summary>
    public long? SizeOf(Digest digest)
    {
        using SafeFileHandle? file = TryOpen(digest);
        return file is null ? null : FileDescriptor.Status(file, digest.ToString()).Size;
    }

    /// <summary>A small blob, verified.</summary>
    /// <param name="digest">Which.</param>
    /// <param name="maxBytes">Limit.</param>
    /// <exception cref="BlobNotFoundException">It is not there.</exception>
    /// <exception cref="BlobMismatchException">Its bytes have changed.</exception>
    public byte[] Read(Digest digest, int maxBytes)
    {
        using SafeFileHandle file = Open(digest);
        byte[] bytes = FileDescriptor.ReadToEnd(file, maxBytes, digest.ToString());
        using var stream = new VerifyingStream(new MemoryStream(bytes, writable: false), digest, bytes.Length);
        stream.Finish();
        return bytes;
    }

    /// <summary>A blob as a stream that fails at its end where the bytes have changed.</summary>
    /// <exception cref="BlobNotFoundException">It is not there.</exception>
    public VerifyingStream OpenVerified(Digest digest)
    {
        SafeFileHandle file = Open(digest);
        long size = FileDescriptor.Status(file, digest.ToString()).Size;
        return new VerifyingStream(new FileRangeStream(file, 0, size, owned: true), digest, size);
    }

    /// <summary>A blob as a stream whose reader compares the digest itself.</summary>
    /// <exception cref="BlobNotFoundException">It is not there.</exception>
    public Stream OpenUnverified(Digest digest)
    {
        SafeFileHandle file = Open(digest);
        return new FileRangeStream(file, 0, FileDescriptor.Status(file, digest.ToString()).Size, owned: true);
    }

    /// <summary>Begins to write a blob.</summary>
    /// <param name="algorithm">Of the digest that it will have.</param>
    public BlobIngest BeginIngest(string algorithm = "sha256")
    {
        using DirFd directory = OpenOrMake(root, IngestDirectory);
        while (true)
        {
            string name = Guid.NewGuid().ToString("N");
            SafeFileHandle file = directory.OpenInside(name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, BlobMode);
            // between its making and this lock a collector may have removed it: look whether it is still there
            if (FileLock.TryLock(file, shared: false, name) && directory.TryStatus(name, out _) == Errno.None) { return new BlobIngest(this, IngestDirectory, name, file, algorithm); }

            file.Dispose();
        }
    }

    /// <summary>Stores a small blob: writes, flushes, publishes. Nothing happens where it is already there.</summary>
    public Digest Add(ReadOnlySpan<byte> bytes)
    {
        Digest digest = Digest.Sha256(bytes);
        if (Contains(digest)) { return digest; }

        using BlobIngest ingest = BeginIngest();
        ingest.Write(bytes);
        ingest.Complete(digest);
        ingest.Flush();
        ingest.Publish();
        FlushNames(digest.Algorithm);
        return digest;
    }

    /// <summary>Takes a blob away; nothing happens where it is not there.</summary>
    public void Remove(Digest digest)
    {
        if (TryOpenAlgorithm(digest.Algorithm) is not { } directory) { return; }

        using (directory) { directory.RemoveFile(digest.Hex); }
    }

    /// <summary>Makes the names of published blobs survive a loss of power.</summary>
    public void FlushNames(string algorithm)
    {
        using DirFd? directory = TryOpenAlgorithm(algorithm);
        directory?.Flush();
    }

    internal void Publish(BlobIngest ingest)
    {
        using DirFd from = OpenOrMake(root, ingest.Directory);
        using DirFd blobs = OpenOrMake(root, BlobsDirectory);
        using DirFd to = OpenOrMake(blobs, ingest.Digest.Algorithm);
        from.Rename(ingest.Name, to, ingest.Digest.Hex); // the same content may be there already: one of two equals remains
    }

    internal void Abandon(BlobIngest ingest)
    {
        using DirFd directory = OpenOrMake(root, ingest.Directory);
        directory.RemoveFile(ingest.Name);
    }

    private SafeFileHandle Open(Digest digest) => TryOpen(digest) ?? throw new BlobNotFoundException(digest);

    private SafeFileHandle? TryOpen(Digest digest)
    {
        byte[] path = PathBytes.Encode($"{BlobsDirectory}/{digest.Algorithm}/{digest.Hex}");
        Errno errno = root.TryOpenInside(path, OpenFlags.Read | OpenFlags.NoFollow, 0, ResolveFlags.NoSymlinks, out SafeFileHandle? file);
        return errno is Errno.None or Errno.ENOENT ? file : throw new LinuxException("openat2", digest.ToString(), errno);
    }

    private DirFd? TryOpenAlgorithm(string algorithm) =>
        root.TryOpenDirectory(PathBytes.Encode($"{BlobsDirectory}/{algorithm}"), ResolveFlags.NoSymlinks, out DirFd? directory) == Errno.None ? directory : null;

    private static DirFd OpenOrMake(DirFd parent, string name)
    {
        byte[] path = PathBytes.Encode(name);
        if (parent.TryOpenDirectory(path, ResolveFlags.NoSymlinks, out DirFd? directory) == Errno.None) { return directory!; }

        Errno errno = parent.TryMakeDirectory(path, DirectoryMode);
        return errno is Errno.None or Errno.EEXIST ? parent.OpenDirectory(path, ResolveFlags.NoSymlinks) : throw new LinuxException("mkdirat", name, errno);
    }
}
