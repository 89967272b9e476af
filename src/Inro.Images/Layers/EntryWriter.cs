using System.Runtime.InteropServices;
using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Layers;

/// <summary>Writes files, links, nodes and directories as entries of an archive, hard links among them found.</summary>
/// <param name="output">Receives the archive; owned by the caller.</param>
/// <param name="rules">How.</param>
internal sealed class EntryWriter(Stream output, WriteRules rules)
{
    private const int BufferBytes = 128 * 1024;
    private const int StatBlockBytes = 512; // the unit of stat(2)
    private const int ShortNameBytes = 100; // a longer one takes a header of its own

    private readonly TarOutput tar = new(output);
    private readonly Dictionary<((uint, uint), ulong), byte[]> linked = [];
    private readonly byte[] buffer = new byte[BufferBytes];

    /// <summary>Bytes of content of the files written so far.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Length of the archive so far without what says more than a plain tar: the figure that docker tells people.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Writes a directory, without what is in it.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="path">Ends with a slash.</param>
    /// <param name="status">What it looks like.</param>
    public void Directory(DirFd directory, byte[] path, in FileStatus status) =>
        Begin(Entry(TarEntryKind.Directory, path, status) with { Attributes = Attributes(directory) });

    /// <summary>Writes a mark of a layer: an empty file.</summary>
    public void Mark(byte[] path) => Begin(new TarEntry { Kind = TarEntryKind.File, Name = path, LinkName = [], Mode = 0 });

    /// <summary>Writes anything but a directory. A socket has no form in an archive and is left out.</summary>
    public void Other(DirFd parent, byte[] name, byte[] path, in FileStatus status, CancellationToken ct)
    {
        if (status.Kind == FileKind.Socket) { return; }

        if (status.Links > 1 && linked.TryGetValue((status.Device, status.Inode), out byte[]? first))
        {
            Begin(Entry(TarEntryKind.HardLink, path, status) with { LinkName = first });
            return;
        }

        bool isWritten;
        long before = PlainBytes;
        try { isWritten = status.Kind == FileKind.Regular ? TryFile(parent, name, path, status, ct) : TryNode(parent, name, path, status); }
        catch (LinuxException gone) when (rules.IsLive && PlainBytes == before && gone.Errno is (Errno.ENOENT or Errno.ESTALE or Errno.EINVAL or Errno.ELOOP)) { return; }

        if (isWritten && status.Links > 1) { linked.TryAdd((status.Device, status.Inode), path); }
    }

    /// <summary>Ends the archive.</summary>
    public void Finish()
    {
        tar.Finish();
        PlainBytes += 2 * TarLimits.BlockBytes;
    }

    private bool TryFile(DirFd parent, byte[] name, byte[] path, in FileStatus status, CancellationToken ct)
    {
        using SafeFileHandle? file = rules.IsOwn ? OpenOwn(parent, name, status) : parent.OpenSame(name, status, rules.CrossesMounts);
        if (file is null) { return rules.IsLive ? false : throw new LinuxException("openat2", PathBytes.Show(path), Errno.EXDEV); }

        Begin(Entry(TarEntryKind.File, path, status) with { Size = status.Size, Attributes = Attributes(file) });
        bool mayHaveHoles = status.Blocks * StatBlockBytes < status.Size;
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
        PlainBytes += (status.Size + TarLimits.BlockBytes - 1) / TarLimits.BlockBytes * TarLimits.BlockBytes;
        return true;
    }

    /// <summary>One look-up in the place of two: nobody puts a device in a file's place, whose opening would act.</summary>
    private static SafeFileHandle OpenOwn(DirFd parent, byte[] name, in FileStatus status)
    {
        SafeFileHandle file = parent.OpenInside(name, OpenFlags.Read | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        FileStatus now = FileDescriptor.Status(file, PathBytes.Show(name));
        if (now.IsSameFile(status) && now.Kind == FileKind.Regular) { return file; }

        file.Dispose();
        throw new LinuxException("openat2", PathBytes.Show(name), Errno.ESTALE);
    }

    private void WriteData(SafeFileHandle file, long from, long end, byte[] path, CancellationToken ct)
    {
        while (from < end)
        {
            ct.ThrowIfCancellationRequested();
            int count = FileDescriptor.ReadAt(file, buffer.AsSpan(0, (int)Math.Min(end - from, buffer.Length)), from, PathBytes.Show(path));
            if (count == 0)
            {
                if (!rules.IsLive) { throw new InvalidDataException($"{PathBytes.Show(path)} became shorter while it was read"); }

                WriteZeros(end - from, ct);
                return;
            }

            output.Write(buffer, 0, count);
            from += count;
        }
    }

    /// <summary>A hole: nothing of it is read from the disk.</summary>
    private void WriteZeros(long count, CancellationToken ct)
    {
        if (count <= 0) { return; }

        Array.Clear(buffer);
        for (; count > 0; count -= buffer.Length)
        {
            ct.ThrowIfCancellationRequested();
            output.Write(buffer, 0, (int)Math.Min(count, buffer.Length));
        }
    }

    private bool TryNode(DirFd parent, byte[] name, byte[] path, in FileStatus status)
    {
        Begin(Entry(Kind(status.Kind), path, status) with
        {
            LinkName = status.Kind == FileKind.SymbolicLink ? parent.ReadLink(name) : [],
            DeviceMajor = status.Node.Major,
            DeviceMinor = status.Node.Minor,
            Attributes = Attributes(ExtendedAttributes.List(parent, name), attribute => ExtendedAttributes.Get(parent, name, attribute)),
        });
        return true;
    }

    private void Begin(TarEntry entry)
    {
        tar.Begin(entry);
        PlainBytes += entry.Name.Length > ShortNameBytes ? 3 * TarLimits.BlockBytes : TarLimits.BlockBytes;
    }

    private TarEntry Entry(TarEntryKind kind, byte[] path, in FileStatus status) => new()
    {
        Kind = kind,
        Name = path,
        LinkName = [],
        Mode = status.Permissions,
        UserId = rules.Ids?.UserToArchive(status.UserId) ?? status.UserId,
        GroupId = rules.Ids?.GroupToArchive(status.GroupId) ?? status.GroupId,
        Modified = status.Modified,
    };

    private List<TarAttribute> Attributes(SafeHandle file) => Attributes(ExtendedAttributes.List(file), attribute => ExtendedAttributes.Get(file, attribute));

    /// <summary>In order; without those that belong to overlayfs, and the host's security label.</summary>
    private List<TarAttribute> Attributes(IReadOnlyList<byte[]> names, Func<byte[], byte[]?> read)
    {
        List<TarAttribute> attributes = [];
        foreach (byte[] name in names)
        {
            if (OverlayAttributes.IsReserved(name) || name.AsSpan().SequenceEqual("security.selinux\0"u8) || read(name) is not { } value) { continue; }

            attributes.Add(new TarAttribute(name, name.AsSpan().SequenceEqual("security.capability\0"u8) ? IdTranslation.CapabilityToArchive(value, rules.Ids) : value));
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
