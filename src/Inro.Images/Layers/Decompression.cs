using System.IO.Compression;
using Inro.Images.Bytes;
using Inro.Linux.Compression;

namespace Inro.Images.Layers;

/// <summary>How a layer or an archive is compressed.</summary>
public enum Compression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip, RFC 1952, one member or several.</summary>
    Gzip,

    /// <summary>zstd, RFC 8878, one frame or several.</summary>
    Zstd,
}

/// <summary>Finds out by the first bytes how something is compressed, whatever its media type says, and undoes it.</summary>
public static class Decompression
{
    /// <summary>Bytes that <see cref="Detect"/> wants to see.</summary>
    public const int MagicBytes = 6;

    /// <summary>Highest level of gzip.</summary>
    public const int MaxGzipLevel = 9;

    private const int UsualGzipLevel = 6;

    /// <summary>Recognizes the first bytes.</summary>
    /// <exception cref="InvalidDataException">A compression that no layer may have (bzip2, xz).</exception>
    public static Compression Detect(ReadOnlySpan<byte> start)
    {
        if (start is [0x1F, 0x8B, 8, ..]) { return Compression.Gzip; }

        // a zstd frame, or a skippable frame before it
        if (start is [0x28, 0xB5, 0x2F, 0xFD, ..] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..]) { return Compression.Zstd; }

        return start switch
        {
            [(byte)'B', (byte)'Z', (byte)'h', ..] => throw new InvalidDataException("it is compressed with bzip2; only gzip and zstd are supported"),
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => throw new InvalidDataException("it is compressed with xz; only gzip and zstd are supported"),
            _ => Compression.None,
        };
    }

    /// <summary>The plain bytes of <paramref name="compressed"/>, which is closed by its owner.</summary>
    public static Stream Open(Stream compressed, Compression compression) => compression switch
    {
        Compression.Gzip => new GZipStream(compressed, CompressionMode.Decompress, leaveOpen: true),
        Compression.Zstd => new ZstdStream(compressed),
        _ => new UnownedStream(compressed),
    };

    /// <summary>The opposite: what is written goes to <paramref name="output"/> compressed, the last of it when the stream is closed.</summary>
    /// <param name="output">Owned by the caller.</param>
    /// <param name="compression">How.</param>
    /// <param name="level">1 to 9 of gzip, 1 to 19 of zstd; null: the usual one.</param>
    public static Stream OpenWrite(Stream output, Compression compression, int? level) => compression switch
    {
        Compression.Gzip => new GZipStream(output, new ZLibCompressionOptions { CompressionLevel = level ?? UsualGzipLevel }, leaveOpen: true),
        Compression.Zstd => new ZstdWriteStream(output, level ?? ZstdEncoder.DefaultLevel),
        _ => new UnownedWriteStream(output),
    };
}
