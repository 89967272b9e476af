using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>Writes a directory as a layer: the opposite of <see cref="LayerApplier"/>. The same tree is the same bytes.</summary>
/// <remarks>
/// A directory in overlayfs's form becomes a layer with whiteouts; any other one a layer that holds all of it. Names go in order, a directory before
/// what is in it; a file with several names is written under the first, the others are hard links. Sockets have no form in an archive and are left out.
/// A hole is written as the zeros that it reads as, and not as GNU's sparse entries: where holes lie is the file system's affair, so the same tree would
/// not be the same bytes; and not everyone takes such entries (what podman 4.3 pulled with one it cannot push). <see cref="LayerApplier"/> makes holes of zeros again.
/// Source: OCI image-spec v1.1.1, layer.md.
/// </remarks>
/// <param name="output">Receives the uncompressed archive; owned by the caller.</param>
/// <param name="options">Whose marks of overlayfs count.</param>
/// <param name="rules">What is left out; null: nothing.</param>
public sealed class LayerWriter(Stream output, LayerOptions options, WriteRules? rules = null)
{
    private const int MaxDepth = 4096 / 2; // a path of one-letter names

    private readonly EntryWriter entries = new(output, rules ?? WriteRules.Plain);

    /// <summary>Bytes of content of the files written so far.</summary>
    public long SizeBytes => entries.SizeBytes;

    /// <summary>Writes all of a directory, itself included, and the end of the archive.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="hidden">Paths of the layers below that the layer hides, beside those that the directory marks.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="LinuxException">Something cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file became shorter meanwhile, or directories are nested too deep.</exception>
    public void Write(DirFd root, IEnumerable<byte[]> hidden, CancellationToken ct)
    {
        entries.Directory(root, "./"u8.ToArray(), root.Status());
        WriteInside(root, [], 0, ct);
        foreach (byte[] path in hidden) { Hide(path); }

        entries.Finish();
    }

    /// <inheritdoc cref="Write(DirFd, IEnumerable{byte[]}, CancellationToken)"/>
    public void Write(DirFd root, CancellationToken ct) => Write(root, [], ct);

    private void WriteInside(DirFd directory, byte[] prefix, int depth, CancellationToken ct)
    {
        if (depth == MaxDepth) { throw new InvalidDataException($"directories are nested more than {MaxDepth} deep"); }

        List<byte[]> names = directory.List();
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        if (!options.IntoTree && OverlayMarks.IsOpaque(directory)) { entries.Mark([.. prefix, .. ".wh..wh..opq"u8]); }

        foreach (byte[] name in names)
        {
            ct.ThrowIfCancellationRequested();
            Errno errno = directory.TryStatus(name, out FileStatus status);
            if (errno == Errno.ENOENT) { continue; } // gone meanwhile

            if (errno != Errno.None) { throw new LinuxException("statx", PathBytes.Show(name), errno); }

            byte[] path = [.. prefix, .. name.AsSpan(0, name.Length - 1)];
            if (rules?.LeavesOut?.Invoke(path, status) != true) { WriteOne(directory, name, path, status, depth, ct); }
        }
    }

    private void WriteOne(DirFd parent, byte[] name, byte[] path, in FileStatus status, int depth, CancellationToken ct)
    {
        if (!options.IntoTree && OverlayAttributes.IsWhiteout(status)) { Hide(path); }
        else if (status.Kind != FileKind.Directory) { entries.Other(parent, name, path, status, ct); }
        else
        {
            Errno errno = parent.TryOpenDirectory(name, ResolveFlags.NoSymlinks, out DirFd? opened);
            if (rules?.IsLive == true && errno is (Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)) { return; } // gone meanwhile

            using DirFd directory = opened ?? throw new LinuxException("openat2", PathBytes.Show(path), errno);
            entries.Directory(directory, [.. path, (byte)'/'], status);
            WriteInside(directory, [.. path, (byte)'/'], depth + 1, ct);
        }
    }

    private void Hide(byte[] path) =>
        entries.Mark([.. LayerPath.Parent(path), .. path.AsSpan().Contains((byte)'/') ? "/"u8 : ""u8, .. ".wh."u8, .. LayerPath.Name(path)]);
}
