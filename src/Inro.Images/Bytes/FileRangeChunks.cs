using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Bytes;

/// <summary>A source that can pass over bytes without reading them.</summary>
internal interface ISkippingChunks : IChunkSource
{
    /// <summary>Passes over up to <paramref name="count"/> bytes behind the last piece; fewer at the end of the data.</summary>
    long Skip(long count);
}

/// <summary>A file's bytes in small pieces, for reading the headers of a large archive only.</summary>
/// <param name="file">Owned by the caller.</param>
/// <param name="offset">Where to begin.</param>
/// <param name="length">How much there is.</param>
internal sealed class FileRangeChunks(SafeFileHandle file, long offset, long length) : ISkippingChunks
{
    private const int ChunkBytes = 16 << 10;

    private readonly byte[] buffer = new byte[ChunkBytes];
    private long done;

    public ReadOnlyMemory<byte> Next()
    {
        int count = FileDescriptor.ReadAt(file, buffer.AsSpan(0, (int)Math.Min(ChunkBytes, length - done)), offset + done, "archive");
        done += count;
        return buffer.AsMemory(0, count);
    }

    public long Skip(long count)
    {
        long skipped = Math.Min(count, length - done);
        done += skipped;
        return skipped;
    }

    public void Dispose()
    {
    }
}
