using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Layers;

public sealed partial class LayerApplier
{
    private const uint NewFileMode = 0x180; // 0600 until the owner is set
    private const uint NewDirectoryMode = 0x1C0; // 0700

    /// <summary>Zeros in one piece that need no place on the disk: some blocks of usual size, so that small files stay in one.</summary>
    private const int LeastHoleBytes = 32 << 10;

    private void Make(TarEntry entry, byte[] path, DirFd parent, ReadOnlySpan<byte> name, TarReader content)
    {
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                MakeDirectory(entry, path, parent, name);
                break;
            case TarEntryKind.File:
                MakeFile(entry, parent, name, content);
                break;
            case TarEntryKind.HardLink:
                MakeHardLink(entry, path, parent, name);
                break;
            case TarEntryKind.SymbolicLink:
                MakeNew(entry, parent, name, static (entry, parent, name) => parent.TryMakeSymlink(LayerPath.Terminated(entry.LinkName), name), "symlinkat");
                SetAttributesOf(entry, parent, name);
                Check(parent.TrySetTimes(name, entry.Accessed ?? entry.Modified, entry.Modified), "utimensat", entry);
                break;
            default:
                MakeNode(entry, parent, name);
                break;
        }
    }

    private void MakeDirectory(TarEntry entry, byte[] path, DirFd parent, ReadOnlySpan<byte> name)
    {
        Errno errno = parent.TryMakeDirectory(name, NewDirectoryMode);
        if (errno == Errno.EEXIST) { errno = MakeDirectoryInPlace(entry, parent, name); }

        Check(errno, "mkdirat", entry);
        SetAttributesOf(entry, parent, name);
        implicitDirectories.Remove(path);
        directoryTimes.Add(path, entry);
    }

    private Errno MakeDirectoryInPlace(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name)
    {
        Check(parent.TryStatus(name, out FileStatus status), "statx", entry);
        if (status.Kind == FileKind.Directory) { return Errno.None; }

        if (OverlayAttributes.IsWhiteout(status))
        {
            ReplaceWhiteout(entry, parent, name, NewDirectoryMode);
            return Errno.None;
        }

        Check(parent.TryRemove(name), "unlinkat", entry);
        directories.Invalidate();
        return parent.TryMakeDirectory(name, NewDirectoryMode);
    }

    private void MakeFile(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name, TarReader content)
    {
        const OpenFlags New = OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
        Errno errno = parent.TryOpenInside(name, New, NewFileMode, ResolveFlags.None, out SafeFileHandle? file);
        if (errno == Errno.EEXIST)
        {
            Clear(parent, name);
            errno = parent.TryOpenInside(name, New, NewFileMode, ResolveFlags.None, out file);
        }

        Check(errno, "openat2", entry);
        using (file)
        {
            string subject = "content";
            bool hasHoles = entry.Sparse is not null;
            while (content.TryReadContent(out long offset, out ReadOnlySpan<byte> piece))
            {
                if (piece.Length >= LeastHoleBytes && !piece.ContainsAnyExcept((byte)0)) { hasHoles = true; }
                else { FileDescriptor.WriteAllAt(file!, piece, offset, subject); }
            }

            if (hasHoles) { FileDescriptor.SetLength(file!, entry.Size, subject); }

            if (options.KeepOwners) { Check(FileDescriptor.TrySetOwner(file!, entry.UserId, entry.GroupId), "fchown", entry); }

            // chown clears set-id bits and capabilities, so mode and attributes come after it
            Check(FileDescriptor.TrySetMode(file!, entry.Mode), "fchmod", entry);
            foreach (TarAttribute attribute in entry.Attributes)
            {
                if (OverlayAttributes.IsReserved(attribute.Name)) { continue; }

                Take(entry, attribute, ExtendedAttributes.TrySet(file!, attribute.Name, attribute.Value));
            }

            Check(FileDescriptor.TrySetTimes(file!, entry.Accessed ?? entry.Modified, entry.Modified), "futimens", entry);
        }

        sizeBytes += entry.Size;
    }

    private void MakeHardLink(TarEntry entry, byte[] path, DirFd parent, ReadOnlySpan<byte> name)
    {
        byte[] target = LayerPath.Clean(entry.LinkName);
        if (target.Length == 0) { throw new LayerException(entry, "a hard link to the root directory"); }

        if (target.AsSpan().SequenceEqual(path)) { return; } // it is its own other name

        DirFd from = Parent(entry, LayerPath.Parent(target));
        byte[] existing = LayerPath.Terminated(LayerPath.Name(target));
        Errno errno = parent.TryLink(from, existing, name);
        if (errno == Errno.EEXIST)
        {
            if (from.TryStatus(existing, out _) == Errno.ENOENT) { errno = Errno.ENOENT; }
            else
            {
                Clear(parent, name);
                errno = parent.TryLink(from, existing, name);
            }
        }

        if (errno == Errno.ENOENT)
        {
            AddLowerLink(entry, path, target, parent, name);
            return;
        }

        Check(errno, "linkat", entry);
    }

    /// <summary>The file may be in a layer below, which this one knows nothing of.</summary>
    private void AddLowerLink(TarEntry entry, byte[] path, byte[] target, DirFd parent, ReadOnlySpan<byte> name)
    {
        if (options.IntoTree) { throw new LayerException(entry, $"a hard link to '{PathBytes.Show(target)}', which is not there"); }

        Clear(parent, name);
        Count(entry, path.Length + target.Length);
        lowerLinks.Add(new LowerLink(path, target));
    }

    private void MakeNode(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name)
    {
        if (entry.Kind != TarEntryKind.Fifo && !options.IsPrivileged)
        {
            skippedDevices++;
            return;
        }

        MakeNew(entry, parent, name, static (entry, parent, name) => parent.TryMakeNode(name, KindOf(entry), entry.Mode, entry.DeviceMajor, entry.DeviceMinor), "mknodat");
        SetAttributesOf(entry, parent, name);
        Check(parent.TrySetTimes(name, entry.Accessed ?? entry.Modified, entry.Modified), "utimensat", entry);
    }

    private delegate Errno Maker(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name);

    private void MakeNew(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name, Maker make, string call)
    {
        Errno errno = make(entry, parent, name);
        if (errno == Errno.EEXIST)
        {
            Clear(parent, name);
            errno = make(entry, parent, name);
        }

        Check(errno, call, entry);
    }

    /// <summary>Takes away what the layer had under a name: a later entry takes its place, whatever it is.</summary>
    private void Clear(DirFd parent, ReadOnlySpan<byte> name)
    {
        if (parent.TryStatus(name, out FileStatus status) == Errno.None && status.Kind is FileKind.Directory or FileKind.SymbolicLink) { directories.Invalidate(); }

        parent.RemoveTree(name);
    }

    /// <summary>Owner, mode and attributes of anything but a file, which has them set on its descriptor.</summary>
    private void SetAttributesOf(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name)
    {
        if (options.KeepOwners) { Check(parent.TrySetOwner(name, entry.UserId, entry.GroupId), "fchownat", entry); }

        if (entry.Kind != TarEntryKind.SymbolicLink) { Check(parent.TrySetMode(name, entry.Mode), "fchmodat", entry); }

        foreach (TarAttribute attribute in entry.Attributes)
        {
            if (OverlayAttributes.IsReserved(attribute.Name)) { continue; }

            Take(entry, attribute, ExtendedAttributes.TrySet(parent, name, attribute.Name, attribute.Value));
        }
    }

    private void Take(TarEntry entry, TarAttribute attribute, Errno errno)
    {
        if (errno == Errno.None) { return; }

        if (!OverlayAttributes.IsTolerable(errno, entry.Kind, attribute.Name, options.IsPrivileged))
        {
            throw new LinuxException("setxattr", PathBytes.Show(attribute.Name), errno);
        }

        skippedAttributes++;
    }

    private static FileKind KindOf(TarEntry entry) => entry.Kind switch
    {
        TarEntryKind.CharacterDevice => FileKind.CharacterDevice,
        TarEntryKind.BlockDevice => FileKind.BlockDevice,
        _ => FileKind.Fifo,
    };
}
