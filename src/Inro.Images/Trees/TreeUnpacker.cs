using Inro.Images.Bytes;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Trees;

/// <summary>Makes the files of a tar archive below a directory, among those that are there.</summary>
/// <remarks>
/// Archive and tree may both be hostile, and the tree may change at any moment: every path is resolved by the kernel with the root as "/" (openat2),
/// and owner, mode, times and attributes are set through the descriptor of the very file that was made.
/// </remarks>
public sealed partial class TreeUnpacker : IDisposable
{
    /// <summary>Largest archive, in bytes.</summary>
    public const long MaxBytes = 1L << 44;

    private const uint ParentMode = 0x1ED; // 0755

    private readonly DirFd root;
    private readonly DirFd place;
    private readonly byte[] placePath;
    private readonly UnpackRules rules;
    private readonly DirectoryCache directories;
    private readonly DirectoryTimes times;
    private long entries;
    private long sizeBytes;
    private long skippedDevices;

    private TreeUnpacker(DirFd root, byte[] placePath, UnpackRules rules)
    {
        this.root = root;
        this.placePath = placePath;
        this.rules = rules;
        place = root.OpenDirectory(LayerPath.Directory(placePath));
        directories = new DirectoryCache(place);
        times = new DirectoryTimes(place);
    }

    /// <summary>Unpacks a plain or compressed archive: gzip, zstd.</summary>
    /// <param name="archive">Read to its end; owned by the caller.</param>
    /// <param name="root">What stands in for "/" when paths are resolved.</param>
    /// <param name="place">The directory in it that the archive's paths start at; empty: the root.</param>
    /// <param name="rules">How.</param>
    /// <param name="ct">Between two entries.</param>
    /// <exception cref="TreeException">An entry cannot be made.</exception>
    /// <exception cref="TarFormatException">It is no tar archive.</exception>
    /// <exception cref="InvalidDataException">Its compression is damaged.</exception>
    /// <exception cref="LinuxException">There is no such directory.</exception>
    public static UnpackedTree Unpack(Stream archive, DirFd root, ReadOnlySpan<byte> place, UnpackRules rules, CancellationToken ct)
    {
        using var start = new StartedStream(archive, Decompression.MagicBytes);
        using Stream plain = Decompression.Open(start, Decompression.Detect(start.Start.Span));
        using var chunks = new ReadAheadChunks(plain);
        return Unpack(chunks, root, place, rules, ct);
    }

    /// <summary>Unpacks a plain archive.</summary>
    /// <inheritdoc cref="Unpack(Stream, DirFd, ReadOnlySpan{byte}, UnpackRules, CancellationToken)"/>
    public static UnpackedTree Unpack(IChunkSource archive, DirFd root, ReadOnlySpan<byte> place, UnpackRules rules, CancellationToken ct)
    {
        using var unpacker = new TreeUnpacker(root, place.ToArray(), rules);
        var reader = new TarReader(archive);
        while (reader.Next() is { } entry)
        {
            ct.ThrowIfCancellationRequested();
            if (reader.Position > MaxBytes - entry.StoredSize) { throw new TarFormatException(entry.Offset, $"the archive is larger than {MaxBytes} bytes"); }

            unpacker.Apply(entry, reader);
        }

        unpacker.times.Restore();
        for (long padding = 0; padding < MaxBytes && archive.Next() is { IsEmpty: false } rest; padding += rest.Length) { ct.ThrowIfCancellationRequested(); }

        return new UnpackedTree(unpacker.entries, unpacker.sizeBytes, unpacker.skippedDevices);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        times.Dispose();
        directories.Dispose();
        place.Dispose();
    }

    private void Apply(TarEntry entry, TarReader content)
    {
        entries++;
        directories.BeginEntry();
        byte[] path = LayerPath.Clean(entry.Name);
        try
        {
            if (path.Length > 0) { Make(entry, path, Parent(LayerPath.Parent(path)), LayerPath.Terminated(LayerPath.Name(path)), content); }
            else if (entry.Kind != TarEntryKind.Directory) { throw new TreeException("an entry would stand in the place of the directory that the archive is unpacked into"); }
            else if (rules.DressesRoot)
            {
                Dress(entry, place);
                times.Add([], entry);
            }
        }
        catch (LinuxException failure) { throw new TreeException(path, failure); }
    }

    /// <summary>The open directory of a path, links followed inside the root; missing ones are made.</summary>
    private DirFd Parent(ReadOnlySpan<byte> path)
    {
        if (directories.Find(path) is { } known) { return known; }

        Errno errno = root.TryOpenDirectory(Inside(path), ResolveFlags.None, out DirFd? directory);
        if (errno == Errno.ENOENT) { errno = MakeParent(path, out directory); }

        Check(errno, "openat2", path);
        return directories.Add(path, directory!); // not null: no error
    }

    private Errno MakeParent(ReadOnlySpan<byte> path, out DirFd? directory)
    {
        DirFd above = Parent(LayerPath.Parent(path));
        byte[] name = LayerPath.Terminated(LayerPath.Name(path));
        Errno made = above.TryMakeDirectory(name, NewDirectoryMode);
        if (made is not (Errno.None or Errno.EEXIST)) { Check(made, "mkdirat", path); }

        Errno errno = above.TryOpenDirectory(name, made == Errno.None ? ResolveFlags.NoSymlinks : ResolveFlags.None, out directory);
        if (errno != Errno.None || made != Errno.None) { return errno; }

        (uint user, uint group) = OwnerOf(rules.Owner?.User ?? 0, rules.Owner?.Group ?? 0);
        if (rules.SetsOwners) { Check(directory!.TrySetOwner(".\0"u8, user, group), "fchownat", path); }

        Check(directory!.TrySetMode(".\0"u8, ParentMode), "fchmodat", path);
        return Errno.None;
    }

    private byte[] Inside(ReadOnlySpan<byte> path) => placePath.Length == 0 ? LayerPath.Directory(path) : path.IsEmpty ? LayerPath.Terminated(placePath) : LayerPath.Terminated([.. placePath, (byte)'/', .. path]);

    private static void Check(Errno errno, string call, ReadOnlySpan<byte> path)
    {
        if (errno != Errno.None) { throw new LinuxException(call, PathBytes.Show(path), errno); }
    }
}
