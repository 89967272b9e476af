using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>Makes the files of one layer in a directory of its own, in the form that overlayfs stacks, or in the tree of the layers below.</summary>
/// <remarks>
/// The directory of a layer of its own needs no parent layer. Whiteouts become character devices 0/0, opaque markers become attributes. Every path is
/// resolved by the kernel with the layer's directory as "/", so neither ".." nor a link leads out of it.
/// Source: OCI image-spec v1.1.1, layer.md.
/// </remarks>
/// <param name="root">The layer's directory, empty at the start; owned by the caller.</param>
/// <param name="options">Privilege.</param>
public sealed partial class LayerApplier(DirFd root, LayerOptions options) : IDisposable
{
    /// <summary>
    /// Memory for the paths of directories that the layer has only as parents of others, and of links into the layers below: each is looked up at the end of the load.
    /// Room for 100,000 of usual length, where a layer of a real image has some dozens.
    /// </summary>
    public const int MaxImplicitBytes = 16 * 1024 * 1024;

    private const int ImplicitOverheadBytes = 64; // of the objects that hold one path
    private const uint ImplicitMode = 0x1ED; // 0755

    private readonly DirectoryCache directories = new(root);
    private readonly DirectoryTimes directoryTimes = new(root);
    private readonly HashSet<byte[]> implicitDirectories = new(PathComparer.Instance) { Array.Empty<byte>() };
    private readonly PathSet? made = options.IntoTree ? new() : null; // by this layer
    private readonly PathSet touched = new(); // directories of the layers below, whose times are noted
    private readonly List<LowerLink> lowerLinks = [];
    private int implicitBytes;
    private long entries;
    private long sizeBytes;
    private long skippedDevices;
    private long skippedAttributes;

    /// <summary>Makes what one entry says.</summary>
    /// <param name="entry">The entry that <paramref name="content"/> stands at.</param>
    /// <param name="content">Where its content is read from.</param>
    /// <exception cref="LayerException">It cannot be made.</exception>
    public void Apply(TarEntry entry, TarReader content)
    {
        entries++;
        directories.BeginEntry();
        byte[] path = LayerPath.Clean(entry.Name);
        try
        {
            if (path.Length == 0)
            {
                ApplyRoot(entry);
                return;
            }

            ReadOnlySpan<byte> name = LayerPath.Name(path);
            if (!options.IsVerbatim && path.AsSpan().IndexOf(".wh."u8) >= 0 && TryApplyWhiteout(entry, path)) { return; }

            Make(entry, path, Parent(entry, LayerPath.Parent(path)), LayerPath.Terminated(name), content);
            if (made is not null) { Keep(path); }
        }
        catch (LinuxException failure)
        {
            throw new LayerException(entry, failure);
        }
    }

    /// <summary>Sets the times of directories, which the files made in them have changed. Call once, after the last entry.</summary>
    public AppliedLayer Finish()
    {
        directoryTimes.Restore();
        return new AppliedLayer
        {
            Entries = entries,
            SizeBytes = sizeBytes,
            SkippedDevices = skippedDevices,
            SkippedAttributes = skippedAttributes,
            ImplicitDirectories = [.. implicitDirectories],
            LowerLinks = lowerLinks,
        };
    }

    /// <summary>Closes what is still open.</summary>
    public void Dispose()
    {
        directories.Dispose();
        directoryTimes.Dispose();
    }

    private void ApplyRoot(TarEntry entry)
    {
        if (entry.Kind != TarEntryKind.Directory) { throw new LayerException(entry, "it would stand in the place of the root directory"); }

        SetAttributesOf(entry, root, ".\0"u8);
        implicitDirectories.Remove([]);
        directoryTimes.Add([], entry);
        made?.Add([]); // its times are said: what it had before does not come back
    }

    /// <summary>The open directory of a path, links followed inside the root; missing ones are made.</summary>
    private DirFd Parent(TarEntry entry, ReadOnlySpan<byte> path)
    {
        if (directories.Find(path) is { } known)
        {
            if (path.IsEmpty) { NoteTimes(path, root); }

            return known;
        }

        Errno errno = root.TryOpenDirectory(LayerPath.Terminated(path), ResolveFlags.None, out DirFd? directory);
        if (errno is Errno.ENOENT or Errno.ENOTDIR) { errno = MakeParent(entry, path, out directory); }

        Check(errno, "openat2", entry);
        NoteTimes(path, directory!);
        return directories.Add(path, directory!);
    }

    /// <summary>A directory of the layers below keeps its times, whatever comes and goes in it, unless the layer has an entry for it.</summary>
    private void NoteTimes(ReadOnlySpan<byte> path, DirFd directory)
    {
        if (made is null || made.Contains(path) || !touched.Add(path)) { return; }

        FileStatus status = directory.Status();
        directoryTimes.Add(path, status.Accessed, status.Modified);
    }

    private void Note(TarEntry entry, ReadOnlySpan<byte> path)
    {
        Count(entry, path.Length);
        implicitDirectories.Add(path.ToArray());
    }

    private void Count(TarEntry entry, int pathBytes)
    {
        implicitBytes += pathBytes + ImplicitOverheadBytes;
        if (implicitBytes > MaxImplicitBytes)
        {
            throw new LayerException(entry, $"the paths of directories without an entry of their own, and of links into the layers below, take more than {MaxImplicitBytes} bytes");
        }
    }

    private Errno MakeParent(TarEntry entry, ReadOnlySpan<byte> path, out DirFd? directory)
    {
        DirFd above = Parent(entry, LayerPath.Parent(path));
        byte[] name = LayerPath.Terminated(LayerPath.Name(path));
        Errno errno = above.TryMakeDirectory(name, ImplicitMode);
        if (errno == Errno.EEXIST)
        {
            Check(above.TryStatus(name, out FileStatus status), "statx", entry);
            if (!OverlayAttributes.IsWhiteout(status)) { throw new LayerException(entry, $"'{PathBytes.Show(path)}' is not a directory, or a link to none"); }

            ReplaceWhiteout(entry, above, name, ImplicitMode);
        }
        else
        {
            Check(errno, "mkdirat", entry);
            Note(entry, path);
        }

        if (options.KeepOwners) { Check(above.TrySetOwner(name, 0, 0), "fchownat", entry); }

        Check(above.TrySetMode(name, ImplicitMode), "fchmodat", entry);
        if (made is not null && touched.Add(path)) { directoryTimes.Add(path, entry); } // no time of its own: not the moment's, so that the tree is the same each time
        return above.TryOpenDirectory(name, ResolveFlags.NoSymlinks, out directory);
    }

    /// <summary>A directory where the layer said "gone" before: the one below stays hidden.</summary>
    private void ReplaceWhiteout(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name, uint mode)
    {
        Check(parent.TryRemove(name), "unlinkat", entry);
        Check(parent.TryMakeDirectory(name, mode), "mkdirat", entry);
        Check(ExtendedAttributes.TrySet(parent, name, OverlayAttributes.Opaque(options.IsPrivileged), "y"u8), "setxattrat", entry);
    }

    private static void Check(Errno errno, string call, TarEntry entry)
    {
        if (errno != Errno.None) { throw new LinuxException(call, PathBytes.Show(entry.Name), errno); }
    }
}
