using Inro.Images.Layers;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Trees;

/// <summary>Writes directories and files as a plain tar archive: what <see cref="TreeUnpacker"/> makes again. A directory comes before what is in it, names in order.</summary>
/// <remarks>
/// The tree may be hostile, and change while it is read: everything goes name by name through descriptors, follows no link, and opens nothing but
/// directories and plain files.
/// </remarks>
/// <param name="output">Receives the archive, uncompressed, in small pieces: buffer it where that matters. Owned by the caller.</param>
/// <param name="rules">How.</param>
public sealed class TreeWriter(Stream output, WriteRules rules)
{
    private const int MaxDepth = 4096 / 2; // a path of one-letter names

    private readonly EntryWriter entries = new(output, rules);

    /// <summary>Length of the archive so far, as docker tells it to people.</summary>
    public long PlainBytes => entries.PlainBytes;

    /// <summary>Writes a directory and everything in it.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="shownAs">Its path in the archive, without a slash at the end; <c>.</c> for the archive's root.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="LinuxException">Something cannot be read.</exception>
    /// <exception cref="InvalidDataException">Directories are nested too deep.</exception>
    public void Write(DirFd directory, ReadOnlySpan<byte> shownAs, CancellationToken ct) => WriteDirectory(directory, directory.Status(), shownAs.ToArray(), 0, ct);

    /// <summary>Writes what a name in a directory stands for, and everything below it.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">One name in it; ends with a zero byte. A link is written as the link that it is.</param>
    /// <param name="shownAs">Its path in the archive, without a slash at the end.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="LinuxException">ENOENT: the name is not there. Others: something cannot be read.</exception>
    /// <exception cref="InvalidDataException">Directories are nested too deep.</exception>
    public void WriteName(DirFd parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> shownAs, CancellationToken ct)
    {
        Errno errno = parent.TryStatus(name, out FileStatus status);
        if (errno != Errno.None) { throw new LinuxException("lstat", PathBytes.Show(name), errno); }

        WriteOne(parent, name.ToArray(), status, shownAs.ToArray(), isTop: true, 0, ct);
    }

    /// <summary>Ends the archive.</summary>
    public void Finish() => entries.Finish();

    private void WriteOne(DirFd parent, byte[] name, in FileStatus status, byte[] path, bool isTop, int depth, CancellationToken ct)
    {
        if (rules.LeavesOut?.Invoke(path, status) == true) { return; }

        if (status.Kind != FileKind.Directory)
        {
            entries.Other(parent, name, path, status, ct);
            return;
        }

        Errno errno = parent.TryOpenDirectory(name, ResolveFlags.NoSymlinks, out DirFd? directory);
        if (rules.IsLive && errno is (Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)) { return; } // gone, or something else has its name now

        if (directory is null) { throw new LinuxException("openat2", PathBytes.Show(path), errno); }

        using (directory)
        {
            FileStatus opened = directory.Status();
            bool isMounted = !isTop && opened.Mount != parent.Status().Mount;
            if (isMounted && (!rules.CrossesMounts || KernelFileSystems.Has(directory))) { entries.Directory(directory, [.. path, (byte)'/'], opened); }
            else { WriteDirectory(directory, opened, path, depth, ct); }
        }
    }

    private void WriteDirectory(DirFd directory, in FileStatus status, byte[] path, int depth, CancellationToken ct)
    {
        if (depth == MaxDepth) { throw new InvalidDataException($"directories are nested more than {MaxDepth} deep"); }

        entries.Directory(directory, [.. path, (byte)'/'], status);
        List<byte[]> names = directory.List();
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        bool isRoot = !rules.ShowsDot && path.AsSpan().SequenceEqual("."u8);
        foreach (byte[] name in names)
        {
            ct.ThrowIfCancellationRequested();
            Errno errno = directory.TryStatus(name, out FileStatus below);
            if (errno == Errno.ENOENT) { continue; } // gone meanwhile

            if (errno != Errno.None) { throw new LinuxException("statx", PathBytes.Show(name), errno); }

            byte[] plain = name[..^1];
            WriteOne(directory, name, below, isRoot ? plain : [.. path, (byte)'/', .. plain], isTop: false, depth + 1, ct);
        }
    }
}
