using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Content;

public sealed partial class ContentStore
{
    /// <summary>True where a load is on its way, or was killed: as long as one lives it has an ingest.</summary>
    public bool HasIngests()
    {
        if (root.TryOpenDirectory(PathBytes.Encode(IngestDirectory), ResolveFlags.NoSymlinks, out DirFd? ingests) != Errno.None) { return false; }

        using (ingests) { return ingests!.List().Count > 0; }
    }

    /// <summary>Removes blobs that no row knows, and ingests whose writer is dead. Call it under the exclusive <see cref="StoreLock"/>.</summary>
    /// <returns>Bytes given back.</returns>
    public long RemoveUnknown(IReadOnlySet<Digest> known) => RemoveUnknownBlobs(known) + RemoveDeadIngests();

    private long RemoveUnknownBlobs(IReadOnlySet<Digest> known)
    {
        long bytes = 0;
        if (root.TryOpenDirectory(PathBytes.Encode(BlobsDirectory), ResolveFlags.NoSymlinks, out DirFd? blobs) != Errno.None) { return 0; }

        using (blobs)
        {
            foreach (byte[] algorithm in blobs!.List())
            {
                if (blobs.TryOpenDirectory(algorithm, ResolveFlags.NoSymlinks, out DirFd? directory) != Errno.None) { continue; }

                using (directory)
                {
                    foreach (byte[] name in directory!.List())
                    {
                        bool named = Digest.TryParse(Text(algorithm) + ":" + Text(name), out Digest digest);
                        if (!named || !known.Contains(digest)) { bytes += RemoveFile(directory, name); }
                    }
                }
            }
        }

        return bytes;
    }

    private long RemoveDeadIngests()
    {
        long bytes = 0;
        if (root.TryOpenDirectory(PathBytes.Encode(IngestDirectory), ResolveFlags.NoSymlinks, out DirFd? ingests) != Errno.None) { return 0; }

        using (ingests)
        {
            foreach (byte[] name in ingests!.List())
            {
                if (ingests.TryOpenInside(name, OpenFlags.ReadWrite | OpenFlags.NoFollow, 0, ResolveFlags.NoSymlinks, out SafeFileHandle? file) != Errno.None) { continue; }

                using (file)
                {
                    if (FileLock.TryLock(file!, shared: false, Text(name))) { bytes += RemoveFile(ingests, name); }
                }
            }
        }

        return bytes;
    }

    private static long RemoveFile(DirFd directory, byte[] name)
    {
        if (directory.TryStatus(name, out FileStatus status) != Errno.None) { return 0; }

        Errno errno = directory.TryRemove(name);
        return errno is Errno.None or Errno.ENOENT ? status.Blocks * 512 : throw new LinuxException("unlinkat", PathBytes.Show(name), errno);
    }

    private static string Text(byte[] name) => Encoding.UTF8.GetString(name.AsSpan().TrimEnd((byte)0));
}
