using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Content;

/// <content>Blobs that came in part: what is there counts for the next attempt.</content>
public sealed partial class ContentStore
{
    private const string PartialDirectory = "partial";
    private const int FirstPauseMilliseconds = 5;
    private const int LongestPauseMilliseconds = 200;

    /// <summary>
    /// Goes on with a blob of which a part may be here, once nobody else is writing it: of two that want the same blob one fetches it, and the
    /// other then finds it in the store.
    /// </summary>
    /// <param name="digest">Which.</param>
    /// <param name="size">Its length in bytes; a part that is longer is thrown away.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>The writing, or null: the blob has come meanwhile.</returns>
    public BlobIngest? Resume(Digest digest, long size, CancellationToken ct)
    {
        string name = $"{digest.Algorithm}-{digest.Hex}";
        using DirFd directory = OpenOrMake(root, PartialDirectory);
        for (int pause = FirstPauseMilliseconds; ; pause = Math.Min(2 * pause, LongestPauseMilliseconds))
        {
            if (Contains(digest)) { return null; }

            SafeFileHandle file = directory.OpenInside(name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, BlobMode);
            if (FileLock.TryLock(file, shared: false, name) && IsStill(directory, name, file))
            {
                if (Contains(digest))
                {
                    directory.RemoveFile(name); // made anew after the other had put the whole blob in its place
                    file.Dispose();
                    return null;
                }

                long there = FileDescriptor.Status(file, name).Size;
                if (there > size) { FileDescriptor.SetLength(file, 0, name); }

                return new BlobIngest(this, PartialDirectory, name, file, digest.Algorithm) { Stored = there > size ? 0 : there, StaysUnfinished = true };
            }

            file.Dispose();
            if (ct.WaitHandle.WaitOne(pause)) { ct.ThrowIfCancellationRequested(); }
        }
    }

    /// <summary>Removes parts of blobs that nobody is writing.</summary>
    /// <param name="untouched">Only those that nobody has written to for so long.</param>
    /// <param name="now">The time.</param>
    /// <returns>Bytes given back.</returns>
    public long RemovePartial(TimeSpan untouched, DateTimeOffset now)
    {
        long bytes = 0;
        if (root.TryOpenDirectory(PathBytes.Encode(PartialDirectory), ResolveFlags.NoSymlinks, out DirFd? partial) != Errno.None) { return 0; }

        using (partial)
        {
            foreach (byte[] name in partial!.List())
            {
                if (partial.TryStatus(name, out FileStatus status) != Errno.None || now - Written(status) < untouched) { continue; }

                if (partial.TryOpenInside(name, OpenFlags.ReadWrite | OpenFlags.NoFollow, 0, ResolveFlags.NoSymlinks, out SafeFileHandle? file) != Errno.None) { continue; }

                using (file)
                {
                    if (FileLock.TryLock(file!, shared: false, Text(name))) { bytes += RemoveFile(partial, name); }
                }
            }
        }

        return bytes;
    }

    private static DateTimeOffset Written(FileStatus status) => DateTimeOffset.FromUnixTimeSeconds(status.Modified.Seconds);

    private static bool IsStill(DirFd directory, string name, SafeFileHandle file) =>
        directory.TryStatus(name, out FileStatus now) == Errno.None && now.Inode == FileDescriptor.Status(file, name).Inode;
}
