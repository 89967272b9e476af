using System.IO.Compression;
using Inro.Images.Bytes;

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
}
