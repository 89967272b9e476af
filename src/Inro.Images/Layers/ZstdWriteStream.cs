using Inro.Images.Bytes;
using Inro.Linux.Compression;

namespace Inro.Images.Layers;

/// <summary>Compresses what is written into one zstd frame, which ends with this stream.</summary>
/// <param name="output">Receives the frame; owned by the caller.</param>
/// <param name="level">1 to <see cref="ZstdEncoder.MaxLevel"/>.</param>
public sealed class ZstdWriteStream(Stream output, int level) : WriteOnlyStream
{
    private const int BufferBytes = 128 << 10;

    private readonly ZstdEncoder encoder = new(level);
    private readonly byte[] packed = new byte[BufferBytes];
    private bool ended;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            (int consumed, int produced, _) = encoder.Encode(buffer, packed, isLast: false);
            buffer = buffer[consumed..];
            output.Write(packed, 0, produced);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !ended)
        {
            ended = true;
            try { End(); }
            finally { encoder.Dispose(); }
        }

        base.Dispose(disposing);
    }

    private void End()
    {
        for (bool more = true; more;)
        {
            (_, int produced, more) = encoder.Encode([], packed, isLast: true);
            output.Write(packed, 0, produced);
        }
    }
}
