using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Archives;

/// <summary>Finds out what kind of archive something is, and opens it.</summary>
internal static class ArchiveOpener
{
    /// <summary>Opens a file, a pipe or a directory.</summary>
    /// <param name="archive">Opened for reading; owned by the caller, who keeps it open. A file is read from its start.</param>
    /// <param name="content">Where the files of an archive go that can be read once only.</param>
    /// <param name="ct">Ends it.</param>
    public static ArchiveFiles Open(SafeFileHandle archive, ContentStore content, CancellationToken ct)
    {
        FileStatus status = FileDescriptor.Status(archive, "archive");
        switch (status.Kind)
        {
            case FileKind.Directory:
                return new DirectoryArchive(DirFd.Open(PathOf(archive)));
            case FileKind.Regular:
                byte[] start = new byte[Decompression.MagicBytes];
                int length = FileDescriptor.ReadAt(archive, start, 0, "archive");
                if (length == 0) { throw new ImageException("the archive is empty"); }

                return Decompression.Detect(start.AsSpan(0, length)) == Compression.None
                    ? new TarArchive(archive, status.Size)
                    : Spool(new FileRangeStream(archive, 0, status.Size, owned: false), content, ct);
            default:
                return Spool(new DescriptorStream(archive), content, ct);
        }
    }

    /// <summary>Reads a stream that comes once, front to back.</summary>
    public static ArchiveFiles Spool(Stream stream, ContentStore content, CancellationToken ct)
    {
        var start = new StartedStream(stream, Decompression.MagicBytes);
        if (start.Start.IsEmpty) { throw new ImageException("the archive is empty"); }

        using Stream plain = Decompression.Open(start, Decompression.Detect(start.Start.Span));
        using var chunks = new ReadAheadChunks(plain);
        return new SpooledArchive(chunks, content, ct);
    }

    private static string PathOf(SafeFileHandle directory) => $"/proc/self/fd/{directory.DangerousGetHandle()}";
}
