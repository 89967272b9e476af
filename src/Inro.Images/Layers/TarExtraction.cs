using Inro.Images.Bytes;
using Inro.Images.Layers.Tar;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>Unpacks an archive that is no layer: what its names mean to layers is not looked at.</summary>
public static class TarExtraction
{
    /// <summary>Unpacks into a directory; no name and no link of the archive leads out of it.</summary>
    /// <param name="archive">Plain, gzip, zstd; owned by the caller.</param>
    /// <param name="target">The directory, which may hold something.</param>
    /// <param name="options">Privilege.</param>
    /// <param name="ct">Between two entries.</param>
    /// <exception cref="InvalidDataException">It is no tar archive, or is damaged.</exception>
    /// <exception cref="LayerException">An entry cannot be made.</exception>
    public static void Extract(Stream archive, DirFd target, LayerOptions options, CancellationToken ct)
    {
        using var start = new StartedStream(archive, Decompression.MagicBytes);
        using Stream plain = Decompression.Open(start, Decompression.Detect(start.Start.Span));
        using var chunks = new ReadAheadChunks(plain);
        try
        {
            var reader = new TarReader(chunks);
            using var applier = new LayerApplier(target, options with { IntoTree = true, IsVerbatim = true });
            while (reader.Next() is { } entry)
            {
                ct.ThrowIfCancellationRequested();
                applier.Apply(entry, reader);
            }

            _ = applier.Finish();
        }
        catch (TarFormatException damaged) { throw new InvalidDataException(damaged.Message, damaged); }
    }
}
