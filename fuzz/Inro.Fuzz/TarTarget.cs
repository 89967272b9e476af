using Inro.Images.Bytes;
using Inro.Images.Layers.Tar;

namespace Inro.Fuzz;

/// <summary>The tar reader: it accepts an archive, or refuses it with <see cref="TarFormatException"/>; nothing else may happen.</summary>
internal static class TarTarget
{
    /// <summary>Reads the whole archive; true where it was accepted.</summary>
    public static bool Accepts(byte[] archive)
    {
        var reader = new TarReader(new StreamChunks(new MemoryStream(archive, writable: false), 1 + (archive.Length % 1_500)));
        try
        {
            while (reader.Next() is { } entry)
            {
                long end = 0;
                long bytes = 0;
                while (reader.TryReadContent(out long offset, out ReadOnlySpan<byte> piece))
                {
                    if (piece.IsEmpty || offset < end || offset + piece.Length > entry.Size) { throw new InvalidOperationException("a piece lies outside its file"); }

                    end = offset + piece.Length;
                    bytes += piece.Length;
                }

                if (bytes != entry.StoredSize) { throw new InvalidOperationException("content is not what is stored"); }
            }

            return true;
        }
        catch (TarFormatException)
        {
            return false;
        }
    }
}
