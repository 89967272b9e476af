using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

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
public sealed class LayerWriter(Stream output, LayerOptions options)
{
    private const int BufferBytes = 128 * 1024;
    private const int BlockBytes = 512; // the unit of stat(2)
    private const int MaxDepth = 4096 / 2; // a path of one-letter names

    private readonly TarOutput tar = new(output);
    private readonly Dictionary<((uint, uint), ulong), byte[]> linked = [];
    private readonly byte[] buffer = new byte[BufferBytes];

    /// <summary>Bytes of content of the files written so far.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Writes all of a directory, itself included, and the end of the archive.</summary>
    /// <exception cref="LinuxException">Something cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file became shorter meanwhile, or directories are nested too deep.</exception>
    public void Write(DirFd root, CancellationToken ct)
    {
        FileStatus status = root.Status();
        tar.Begin(Entry(TarEntryKind.Directory, "./"u8.ToArray(), status) with { Attributes = Attributes(root) });
        WriteInside(root, [], 0, ct);
        tar.Finish();
    }

    private void WriteInside(DirFd directory, byte[] prefix, int depth, CancellationToken ct)
    {
        if (depth == MaxDepth) { throw new InvalidDataException($"directories are nested more than {MaxDepth} deep"); }

        List<byte[]> names = directory.List();
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        if (!options.IntoTree && OverlayAttributes.IsOpaque(directory, options.IsPrivileged)) { Mark([.. prefix, .. ".wh..wh..opq"u8]); }

        foreach (byte[] name in names)
        {
            ct.ThrowIfCancellationRequested();
            Errno errno = directory.TryStatus(name, out FileStatus status);
            if (errno == Errno.ENOENT) { continue; } // gone meanwhile

            if (errno != Errno.None) { throw new LinuxException("statx", PathBytes.Show(name), errno); }

            WriteOne(directory, name, [.. prefix, .. name.AsSpan(0, name.Length - 1)], status, depth, ct);
        }
    }

    private void WriteOne(DirFd parent, byte[] name, byte[] path, in FileStatus status, int depth, CancellationToken ct)
    {
        if (!options.IntoTree && OverlayAttributes.IsWhiteout(status))
        {
            Mark([.. LayerPath.Parent(path), .. path.AsSpan().Contains((byte)'/') ? "/"u8 : ""u8, .. ".wh."u8, .. LayerPath.Name(path)]);
            return;
        }

        if (status.Kind == FileKind.Directory)
        {
            using DirFd directory = parent.OpenDirectory(name, ResolveFlags.NoSymlinks);
            tar.Begin(Entry(TarEntryKind.Directory, [.. path, (byte)'/'], status) with { Attributes = Attributes(directory) });
            WriteInside(directory, [.. path, (byte)'/'], depth + 1, ct);
            return;
        }

        if (status.Kind == FileKind.Socket) { return; }

        if (status.Links > 1)
        {
            if (linked.TryGetValue((status.Device, status.Inode), out byte[]? first))
            {
                tar.Begin(Entry(TarEntryKind.HardLink, path, status) with { LinkName = first });
                return;
            }

            linked.Add((status.Device, status.Inode), path);
        }

        if (status.Kind == FileKind.Regular) { WriteFile(parent, name, path, status, ct); }
        else { WriteNode(parent, name, path, status); }
    }

    private void WriteFile(DirFd parent, byte[] name, byte[] path, in FileStatus status, CancellationToken ct)
    {
        using SafeFileHandle file = parent.OpenSame(name, status) ?? throw new LinuxException("openat2", PathBytes.Show(path), Errno.EXDEV);
        tar.Begin(Entry(TarEntryKind.File, path, status) with { Size = status.Size, Attributes = Attributes(file) });
        bool mayHaveHoles = status.Blocks * BlockBytes < status.Size;
        for (long at = 0; at < status.Size;)
        {
            (long Start, long End) run = (at, status.Size);
            if (mayHaveHoles && !FileDescriptor.TryFindData(file, at, out run)) { run = (status.Size, status.Size); }

            WriteZeros(Math.Min(run.Start, status.Size) - at, ct);
            at = Math.Min(run.End, status.Size);
            WriteData(file, run.Start, at, path, ct);
        }

        tar.End(status.Size);
        SizeBytes += status.Size;
    }

    private void WriteData(SafeFileHandle file, long from, long end, byte[] path, CancellationToken ct)
    {
        while (from < end)
        {
            ct.ThrowIfCancellationRequested();
            int count = FileDescriptor.ReadAt(file, buffer.AsSpan(0, (int)Math.Min(end - from, buffer.Length)), from, "content");
            if (count == 0) { throw new InvalidDataException($"{PathBytes.Show(path)} became shorter while it was read"); }

            output.Write(buffer, 0, count);
            from += count;
        }
    }

    /// <summary>A hole: nothing of it is read from the disk.</summary>
    private void WriteZeros(long count, CancellationToken ct)
    {
        if (count == 0) { return; }

        Array.Clear(buffer);
        for (; count > 0; count -= buffer.Length)
        {
            ct.ThrowIfCancellationRequested();
            output.Write(buffer, 0, (int)Math.Min(count, buffer.Length));
        }
    }

    private void WriteNode(DirFd parent, byte[] name, byte[] path, in FileStatus status) => tar.Begin(Entry(Kind(status.Kind), path, status) with
    {
        LinkName = status.Kind == FileKind.SymbolicLink ? parent.ReadLink(name) : [],
        DeviceMajor = status.Node.Major,
        DeviceMinor = status.Node.Minor,
        Attributes = Attributes(ExtendedAttributes.List(parent, name), attribute => ExtendedAttributes.Get(parent, name, attribute)),
    });

    private void Mark(byte[] path) => tar.Begin(new TarEntry { Kind = TarEntryKind.File, Name = path, LinkName = [], Mode = 0 });

    private static TarEntry Entry(TarEntryKind kind, byte[] path, in FileStatus status) => new()
    {
        Kind = kind,
        Name = path,
        LinkName = [],
        Mode = status.Permissions,
        UserId = status.UserId,
        GroupId = status.GroupId,
        Modified = status.Modified,
    };

    private static List<TarAttribute> Attributes(System.Runtime.InteropServices.SafeHandle file) =>
        Attributes(ExtendedAttributes.List(file), attribute => ExtendedAttributes.Get(file, attribute));

    /// <summary>In order; without those that belong to overlayfs, and the host's security label.</summary>
    private static List<TarAttribute> Attributes(IReadOnlyList<byte[]> names, Func<byte[], byte[]?> read)
    {
        List<TarAttribute> attributes = [];
        foreach (byte[] name in names)
        {
            if (OverlayAttributes.IsReserved(name) || name.AsSpan().SequenceEqual("security.selinux\0"u8)) { continue; }

            if (read(name) is { } value) { attributes.Add(new TarAttribute(name, value)); }
        }

        attributes.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return attributes;
    }

    private static TarEntryKind Kind(FileKind kind) => kind switch
    {
        FileKind.SymbolicLink => TarEntryKind.SymbolicLink,
        FileKind.CharacterDevice => TarEntryKind.CharacterDevice,
        FileKind.BlockDevice => TarEntryKind.BlockDevice,
        _ => TarEntryKind.Fifo,
    };
}
