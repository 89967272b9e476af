using Inro.Images.Bytes;
using Inro.Spec;

namespace Inro.Images.Content;

/// <summary>Passes a blob's bytes on and writes them into the store on the way: each byte is read once.</summary>
/// <param name="source">The blob; owned by the caller.</param>
/// <param name="ingest">Where it is written; owned by the caller.</param>
internal sealed class IngestingStream(Stream source, BlobIngest ingest) : ReadOnlyStream
{
    private readonly byte[] buffer = new byte[StreamChunks.DefaultChunkBytes];
    private int start;
    private int end;

    public override int Read(Span<byte> target)
    {
        if (start == end && !Fill()) { return 0; }

        int count = Math.Min(target.Length, end - start);
        buffer.AsSpan(start, count).CopyTo(target);
        start += count;
        return count;
    }

    /// <summary>Reads what the decompression left behind its end, and compares.</summary>
    public Digest Finish(Digest? expected, long? size)
    {
        while (Fill())
        {
        }

        return ingest.Complete(expected, size);
    }

    private bool Fill()
    {
        start = 0;
        end = source.Read(buffer, 0, buffer.Length);
        ingest.Write(buffer.AsSpan(0, end));
        return end > 0;
    }
}
