namespace Inro.Linux.Files;

/// <summary>What trees take of the disk: blocks, as du counts them. A file with several names counts once for one object of this class.</summary>
public sealed class DiskUsage
{
    private const int BlockBytes = 512;
    private const int MaxDepth = 4096;

    private readonly HashSet<(uint Major, uint Minor, ulong Inode)> linked = [];

    /// <summary>Bytes on the disk of a name and everything below it, following no link and crossing no mount; 0 where it is not there.</summary>
    /// <param name="directory">Where the name is.</param>
    /// <param name="name">One name; ends with a zero byte.</param>
    public long Of(DirFd directory, ReadOnlySpan<byte> name) => Of(directory, name, MaxDepth);

    /// <summary>The same for a name of ours.</summary>
    public long Of(DirFd directory, string name) => Of(directory, PathBytes.Encode(name), MaxDepth);

    private long Of(DirFd directory, ReadOnlySpan<byte> name, int depth)
    {
        if (directory.TryStatus(name, out FileStatus status) != Errno.None) { return 0; }

        if (status.Kind != FileKind.Directory)
        {
            bool isCounted = status.Links > 1 && !linked.Add((status.Device.Major, status.Device.Minor, status.Inode));
            return isCounted ? 0 : status.Blocks * BlockBytes;
        }

        long bytes = status.Blocks * BlockBytes;
        if (depth == 0 || directory.TryOpenDirectory(name, ResolveFlags.NoSymlinks | ResolveFlags.NoMountCrossing, out DirFd? below) != Errno.None) { return bytes; }

        using (below)
        {
            foreach (byte[] entry in below!.List()) { bytes += Of(below, entry, depth - 1); }
        }

        return bytes;
    }
}
