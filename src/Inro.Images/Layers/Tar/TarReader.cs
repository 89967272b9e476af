using Inro.Images.Bytes;

namespace Inro.Images.Layers.Tar;

/// <summary>Reads an archive entry by entry, front to back, without seeking: ustar, PAX, GNU, in any mixture.</summary>
/// <remarks>
/// Content comes as pieces of the source's own buffers. After the end of the archive the source still holds padding: whoever
/// compares digests reads on (<see cref="DigestingChunks.Finish"/>).
/// </remarks>
/// <param name="source">The plain bytes; owned by the caller.</param>
public sealed partial class TarReader(IChunkSource source)
{
    private readonly byte[] block = new byte[TarLimits.BlockBytes];
    private readonly List<KeyValuePair<string, byte[]>> global = [];
    private ReadOnlyMemory<byte> chunk;
    private long position;
    private long stored;
    private long padding;
    private bool ended;

    /// <summary>Bytes read so far, padding included.</summary>
    public long Position => position;

    /// <summary>The next entry; null at the end of the archive. Content of the entry before that was not read is skipped.</summary>
    /// <exception cref="TarFormatException">The archive is malformed or ends too early.</exception>
    public TarEntry? Next()
    {
        SkipContent();
        TarExtensions? extensions = null;
        long start = position;
        while (!ended && TryReadHeader())
        {
            long offset = position - TarLimits.BlockBytes;
            var header = new TarHeader(block, offset);
            if (!header.IsChecksumRight()) { throw new TarFormatException(offset, "a header's checksum is wrong"); }

            if (!TryReadExtension(header, offset, ref extensions)) { return ReadEntry(header, extensions ?? Extensions(), start, offset); }
        }

        if (extensions is not null) { throw new TarFormatException(start, "an extension header is followed by nothing"); }

        ended = true;
        return null;
    }

    /// <summary>A header that speaks of the next entry, or of none. False where it is the entry itself.</summary>
    private bool TryReadExtension(in TarHeader header, long offset, ref TarExtensions? extensions)
    {
        switch (header.TypeFlag)
        {
            case (byte)'x':
                extensions ??= Extensions();
                foreach ((string key, byte[] value) in PaxRecords.Parse(ReadExtension(header.Size, offset), offset)) { extensions.Apply(key, value, offset); }

                return true;
            case (byte)'g':
                // a later global record takes the place of an earlier one, so their number stays bounded
                foreach (KeyValuePair<string, byte[]> record in PaxRecords.Parse(ReadExtension(header.Size, offset), offset))
                {
                    global.RemoveAll(known => known.Key == record.Key);
                    global.Add(record);
                    if (global.Count > MaxGlobalRecords) { throw new TarFormatException(offset, $"more than {MaxGlobalRecords} global PAX records"); }
                }

                return true;
            case (byte)'L':
                extensions ??= Extensions();
                extensions.Name = LongName(ReadExtension(header.Size, offset), offset);
                return true;
            case (byte)'K':
                extensions ??= Extensions();
                extensions.LinkName = LongName(ReadExtension(header.Size, offset), offset);
                return true;
            case (byte)'V':
                Skip(Padded(header.Size, offset), offset); // the volume's name
                return true;
            default:
                return false;
        }
    }

    private TarExtensions Extensions()
    {
        var extensions = new TarExtensions();
        foreach ((string key, byte[] value) in global) { extensions.Apply(key, value, position); }

        return extensions;
    }

    private static byte[] LongName(byte[] data, long offset)
    {
        int end = Array.IndexOf(data, (byte)0);
        byte[] name = end < 0 ? data : data[..end];
        return name.Length <= TarLimits.MaxPathBytes ? name : throw new TarFormatException(offset, $"a path is longer than {TarLimits.MaxPathBytes} bytes");
    }

    private byte[] ReadExtension(long size, long offset)
    {
        if (size is < 0 or > TarLimits.MaxExtensionBytes) { throw new TarFormatException(offset, $"an extension header of {size} bytes, the limit is {TarLimits.MaxExtensionBytes}"); }

        byte[] data = new byte[size];
        ReadExactly(data, offset);
        Skip(Padded(size, offset) - size, offset);
        return data;
    }

    private static long Padded(long size, long offset) =>
        size is >= 0 and <= TarLimits.MaxFileBytes
            ? (size + TarLimits.BlockBytes - 1) / TarLimits.BlockBytes * TarLimits.BlockBytes
            : throw new TarFormatException(offset, $"a size of {size} bytes");
}
