using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Transfers;
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

    /// <summary>A layer.</summary>
    public LayerOrigin FindLayer(string path) => Find(path) ?? throw new ImageException($"the archive lacks the layer '{path}'");

    /// <summary>A small file, whole.</summary>
    public byte[] Read(string path, int maxBytes) =>
        (Find(path) ?? throw new ImageException($"the archive lacks the file '{path}'")).ReadAll(path, maxBytes);
}

/// <summary>One file of an archive: a range of an open file, or a blob that was spooled into the store.</summary>
/// <param name="size">In bytes.</param>
/// <param name="file">Where the bytes are; null with <paramref name="spooled"/>.</param>
/// <param name="offset">Where they begin in it.</param>
/// <param name="spooled">Set where the bytes are in the store already, complete and hashed, but not yet visible.</param>
internal sealed class ArchiveFile(long size, SafeFileHandle? file, long offset = 0, BlobIngest? spooled = null) : LayerOrigin
{
    public SafeFileHandle? File => file;

    public long Offset => offset;

    public override long Size => size;

    public override BlobIngest? Spooled => spooled;

    public override Stream Open(long from = 0) =>
        spooled is not null ? spooled.OpenRead(from) : new FileRangeStream(file!, offset + from, size - from, owned: false); // one of the two is set

    public byte[] ReadAll(string path, int maxBytes)
    {
        if (size > maxBytes) { throw new ImageException($"the file '{path}' of the archive has {size} bytes, the limit is {maxBytes}"); }

        byte[] bytes = new byte[size];
        using Stream stream = Open();
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length == bytes.Length ? bytes : throw new ImageException($"the archive ends inside the file '{path}'");
    }
}
