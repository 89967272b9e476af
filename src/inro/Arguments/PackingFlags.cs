using Inro.Images.Copies;
using Inro.Images.Layers;
using Inro.Linux.Compression;

namespace Inro.Cli.Arguments;

/// <summary>Flags that say how layers are compressed where they are copied to: <c>--dest-compress-format</c> and its like.</summary>
internal sealed class PackingFlags
{
    private Compression? format;
    private int? level;
    private bool compresses;
    private bool decompresses;

    public void AddTo(FlagTable table) => table
        .Switch("dest-compress", '\0', "Compress layers that are not compressed", v => compresses = v)
        .Text("dest-compress-format", '\0', "Compress layers by 'gzip' or 'zstd', also those that are compressed otherwise", v => format = FormatOf(v), offers: Completion.Of("gzip", "zstd"))
        .Number("dest-compress-level", '\0', $"How much to compress: 1 to {Decompression.MaxGzipLevel} by gzip, 1 to {ZstdEncoder.MaxLevel} by zstd", v => level = (int)v, least: 1, most: ZstdEncoder.MaxLevel)
        .Switch("dest-decompress", '\0', "Store layers without compression", v => decompresses = v);

    /// <summary>What was said; null: layers stay as they are.</summary>
    /// <exception cref="UsageException">It contradicts itself.</exception>
    public LayerPackingChoice? Choice()
    {
        if (decompresses && (compresses || format is not null || level is not null)) { throw new UsageException("--dest-decompress and the flags that compress exclude each other"); }

        if (decompresses) { return new LayerPackingChoice(Compression.None); }

        if (format is null && !compresses) { return level is null ? null : throw new UsageException("--dest-compress-level says nothing without --dest-compress-format or --dest-compress"); }

        Compression chosen = format ?? Compression.Gzip;
        if (chosen == Compression.Gzip && level > Decompression.MaxGzipLevel) { throw new UsageException($"gzip has the levels 1 to {Decompression.MaxGzipLevel}"); }

        return new LayerPackingChoice(chosen, level, PlainOnly: format is null);
    }

    private static Compression FormatOf(string word) => word switch
    {
        "gzip" => Compression.Gzip,
        "zstd" => Compression.Zstd,
        _ => throw new FormatException("must be one of gzip, zstd"),
    };
}
