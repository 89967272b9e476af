using Inro.Images.Bytes;
using Inro.Linux.Compression;

namespace Inro.Images.Layers;

/// <summary>The plain bytes of zstd frames. Reading past a truncated frame fails.</summary>
/// <param name="compressed">Closed by its owner.</param>
public sealed class ZstdStream(Stream compressed) : ReadOnlyStream
{
    private readonly ZstdDecoder decoder = new();
    private readonly byte[] input = new byte[128 << 10];
    private int start;
    private int end;
    private bool sourceEnded;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            // with no input left the decoder may still hold output
            (int consumed, int produced) = decoder.Decode(input.AsSpan(start, end - start), buffer);
            start += consumed;
            if (produced > 0) { return produced; }

            if (start < end) { continue; }

            if (sourceEnded) { return decoder.AtFrameEnd ? 0 : throw new InvalidDataException("zstd: the data ends inside a frame"); }

            start = 0;
            end = compressed.Read(input, 0, input.Length);
            sourceEnded = end == 0;
            if (sourceEnded && decoder.AtFrameEnd) { return 0; }
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) { decoder.Dispose(); }

        base.Dispose(disposing);
    }
}
