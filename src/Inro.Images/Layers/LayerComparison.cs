using Inro.Images.Bytes;
using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Layers;

/// <summary>Compares a directory with the layer that was unpacked into it: types, modes, owners, times, attributes, links, every byte, what it hides, and that nothing else is there.</summary>
public sealed partial class LayerComparison
{
    private const int CompareBytes = 128 << 10;
    private const int MaxDepth = 4096;

    private readonly DirFd root;
    private readonly LayerOptions options;
    private readonly Dictionary<byte[], string> different = new(PathComparer.Instance);
    private readonly HashSet<byte[]> changedDirectories = new(PathComparer.Instance); // told last: what was changed in them says more
    private readonly HashSet<ulong> seen = [];
    private readonly byte[] buffer = new byte[CompareBytes];

    private LayerComparison(DirFd root, LayerOptions options)
    {
        this.root = root;
        this.options = options;
    }

    /// <summary>The first difference, for people; null where there is none.</summary>
    /// <param name="layer">The layer's blob, whose digest is known to be right.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="options">How the layer was unpacked.</param>
    /// <param name="ct">Ends it.</param>
    public static string? Difference(Stream layer, DirFd directory, LayerOptions options, CancellationToken ct)
    {
        var comparison = new LayerComparison(directory, options);
        using var start = new StartedStream(layer, Decompression.MagicBytes);
        using Stream plain = Decompression.Open(start, Decompression.Detect(start.Start.Span));
        using var chunks = new ReadAheadChunks(plain);
        var reader = new TarReader(chunks);
        while (reader.Next() is { } entry)
        {
            ct.ThrowIfCancellationRequested();
            comparison.Compare(entry, reader);
        }

        foreach ((byte[] path, string difference) in comparison.different) { return $"{PathBytes.Show(path)} {difference}"; }

        return comparison.FindForeign(directory, "", MaxDepth) ?? comparison.FindShown() ?? comparison.changedDirectories.Select(static p => $"{PathBytes.Show(p)} was changed at another time").FirstOrDefault();
    }

    private void Compare(TarEntry entry, TarReader reader)
    {
        byte[] path = LayerPath.Clean(entry.Name);
        if (path.Length == 0 || TryNoteWhiteout(path)) { return; }

        if (entry.Kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice && !options.IsPrivileged) { return; }

        changedDirectories.Remove(path);
        string? difference = DifferenceOf(entry, path, reader);
        if (different.Count > 0) { Forget(path, entry.Kind); }

        if (difference is not null) { different[path] = difference; }
    }

    /// <summary>A later entry takes the place of an earlier one, and of what that held.</summary>
    private void Forget(byte[] path, TarEntryKind kind)
    {
        different.Remove(path);
        if (kind == TarEntryKind.Directory) { return; }

        foreach (byte[] below in different.Keys.Where(p => p.Length > path.Length && p[path.Length] == (byte)'/' && p.AsSpan().StartsWith(path)).ToArray()) { different.Remove(below); }
    }

    private string? DifferenceOf(TarEntry entry, ReadOnlySpan<byte> path, TarReader reader)
    {
        byte[] name = LayerPath.Terminated(LayerPath.Name(path));
        if (TryOpen(LayerPath.Parent(path), out DirFd? parent) != Errno.None) { return "is missing"; }

        using (parent)
        {
            if (parent!.TryStatus(name, out FileStatus status) != Errno.None) { return "is missing"; }

            seen.Add(status.Inode);
            seen.Add(parent.Status().Inode);
            if (entry.Kind == TarEntryKind.HardLink) { return DifferenceOfLink(entry, status); }

            if (status.Kind != KindOf(entry.Kind)) { return $"is a {status.Kind}"; }

            if (options.KeepOwners && (status.UserId, status.GroupId) != (entry.UserId, entry.GroupId)) { return $"belongs to {status.UserId}:{status.GroupId}, not to {entry.UserId}:{entry.GroupId}"; }

            if (entry.Kind != TarEntryKind.SymbolicLink && status.Permissions != (entry.Mode & 0xFFF)) { return $"has the mode {Convert.ToString(status.Permissions, 8)}, not {Convert.ToString(entry.Mode & 0xFFF, 8)}"; }

            if (entry.Kind == TarEntryKind.File && status.Size != entry.Size) { return $"has {status.Size} bytes, not {entry.Size}"; }

            if (status.Modified.Seconds != entry.Modified.Seconds)
            {
                if (entry.Kind != TarEntryKind.Directory) { return "was changed at another time"; }

                changedDirectories.Add(path.ToArray());
            }

            return entry.Kind switch
            {
                TarEntryKind.SymbolicLink => parent.ReadLink(name).AsSpan().TrimEnd((byte)0).SequenceEqual(entry.LinkName) ? null : "leads elsewhere",
                TarEntryKind.File => DifferenceOfFile(entry, parent, name, reader),
                TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice => status.Node == (entry.DeviceMajor, entry.DeviceMinor) ? null : "is another device",
                _ => null,
            };
        }
    }

    private string? DifferenceOfLink(TarEntry entry, in FileStatus status)
    {
        byte[] target = LayerPath.Clean(entry.LinkName);
        if (TryOpen(LayerPath.Parent(target), out DirFd? parent) != Errno.None) { return "has lost its other name"; }

        using (parent)
        {
            bool isSame = parent!.TryStatus(LayerPath.Terminated(LayerPath.Name(target)), out FileStatus other) == Errno.None && other.IsSameFile(status);
            return isSame ? null : $"is not the same file as {PathBytes.Show(target)}";
        }
    }

    private string? DifferenceOfFile(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name, TarReader reader)
    {
        if (parent.TryOpenInside(name, OpenFlags.Read | OpenFlags.NoFollow | OpenFlags.NonBlocking, 0, ResolveFlags.None, out SafeFileHandle? file) != Errno.None) { return "cannot be read"; }

        using (file)
        {
            while (reader.TryReadContent(out long offset, out ReadOnlySpan<byte> piece))
            {
                if (!IsSame(file!, offset, piece)) { return "has other bytes"; }
            }

            foreach (TarAttribute attribute in options.IsPrivileged ? entry.Attributes : [])
            {
                if (!attribute.Name.AsSpan().StartsWith("security."u8) && !attribute.Name.AsSpan().StartsWith("user."u8)) { continue; } // the kernel writes others in its own form

                byte[]? value = ExtendedAttributes.Get(file!, attribute.Name);
                if (value is not null && !value.AsSpan().SequenceEqual(attribute.Value)) { return $"has another {PathBytes.Show(attribute.Name)}"; }
            }
        }

        return null;
    }

    private bool IsSame(SafeFileHandle file, long offset, ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            int count = FileDescriptor.ReadAt(file, buffer.AsSpan(0, Math.Min(piece.Length, buffer.Length)), offset, "layer");
            if (count == 0 || !piece[..count].SequenceEqual(buffer.AsSpan(0, count))) { return false; }

            piece = piece[count..];
            offset += count;
        }

        return true;
    }

    private Errno TryOpen(ReadOnlySpan<byte> path, out DirFd? directory) =>
        root.TryOpenDirectory(path.IsEmpty ? ".\0"u8 : LayerPath.Terminated(path), ResolveFlags.None, out directory);

    private static FileKind KindOf(TarEntryKind kind) => kind switch
    {
        TarEntryKind.Directory => FileKind.Directory,
        TarEntryKind.SymbolicLink => FileKind.SymbolicLink,
        TarEntryKind.CharacterDevice => FileKind.CharacterDevice,
        TarEntryKind.BlockDevice => FileKind.BlockDevice,
        TarEntryKind.Fifo => FileKind.Fifo,
        _ => FileKind.Regular,
    };
}
