using Inro.Images.Bytes;

namespace Inro.Images.Layers.Tar;

public sealed partial class TarReader
{
    /// <summary>Most records that a global header keeps for all entries after it.</summary>
    private const int MaxGlobalRecords = 256;

    /// <summary>Reads one block into <see cref="block"/>. False at the end: two blocks of zeros, one and the end of the data, or just the end of the data.</summary>
    private bool TryReadHeader()
    {
        if (chunk.IsEmpty && !Refill()) { return false; }

        ReadExactly(block, position);
        if (block.AsSpan().ContainsAnyExcept((byte)0)) { return true; }

        if (chunk.IsEmpty && !Refill()) { return false; }

        long second = position;
        ReadExactly(block, second);
        return block.AsSpan().ContainsAnyExcept((byte)0) ? throw new TarFormatException(second, "data after an empty header") : false;
    }

    private bool Refill()
    {
        chunk = source.Next();
        return !chunk.IsEmpty;
    }

    /// <summary>Up to <paramref name="max"/> bytes as the source holds them; never empty.</summary>
    private ReadOnlyMemory<byte> Take(long max, long offset)
    {
        if (chunk.IsEmpty && !Refill()) { throw new TarFormatException(position, $"the archive ends inside the entry that begins at byte {offset}"); }

        int count = (int)Math.Min(max, chunk.Length);
        ReadOnlyMemory<byte> taken = chunk[..count];
        chunk = chunk[count..];
        position += count;
        return taken;
    }

    private void ReadExactly(Span<byte> target, long offset)
    {
        while (target.Length > 0)
        {
            ReadOnlySpan<byte> piece = Take(target.Length, offset).Span;
            piece.CopyTo(target);
            target = target[piece.Length..];
        }
    }

    private void Skip(long count, long offset)
    {
        while (count > 0)
        {
            if (chunk.IsEmpty && source is ISkippingChunks skipping)
            {
                long skipped = skipping.Skip(count);
                position += skipped;
                count -= skipped;
                if (count == 0) { return; }
            }

            count -= Take(count, offset).Length;
        }
    }

    private void SkipContent()
    {
        if (stored + padding == 0) { return; }

        Skip(stored + padding, entryOffset);
        stored = 0;
        padding = 0;
    }
}
