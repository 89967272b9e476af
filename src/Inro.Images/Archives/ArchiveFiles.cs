using Inro.Images.Bytes;
using Inro.Images.Content;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Archives;

/// <summary>The files of an image archive by their paths, wherever they are: in a tar file, in a directory, or spooled from a pipe.</summary>
internal abstract class ArchiveFiles : IDisposable
{
    /// <summary>Most files of one archive.</summary>
    public const int MaxFiles = 100_000;

    /// <summary>The file of a path, links followed; null where there is none.</summary>
    public abstract ArchiveFile? Find(string path);

    public abstract void Dispose();

    /// <summary>A small file, whole.</summary>
    public byte[] Read(string path, int maxBytes) =>
        (Find(path) ?? throw new ArchiveException($"the archive lacks the file '{path}'")).ReadAll(path, maxBytes);
}

/// <summary>One file of an archive: a range of an open file, or a blob that was spooled into the store.</summary>
internal sealed record ArchiveFile
{
    public required SafeFileHandle? File { get; init; }

    public long Offset { get; init; }

    public required long Size { get; init; }

    /// <summary>Set where the bytes are in the store already, complete and hashed, but not yet visible.</summary>
    public BlobIngest? Spooled { get; init; }

    public Stream Open() => Spooled is not null ? Spooled.OpenRead() : new FileRangeStream(File!, Offset, Size, owned: false); // one of the two is set

    public byte[] ReadAll(string path, int maxBytes)
    {
        if (Size > maxBytes) { throw new ArchiveException($"the file '{path}' of the archive has {Size} bytes, the limit is {maxBytes}"); }

        byte[] bytes = new byte[Size];
        using Stream stream = Open();
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length == bytes.Length ? bytes : throw new ArchiveException($"the archive ends inside the file '{path}'");
    }
}
