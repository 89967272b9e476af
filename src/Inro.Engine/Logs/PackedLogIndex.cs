using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Inro.Engine.Logs;

/// <summary>What stands at the end of a compressed file of a log: where its pieces are, and up to which time each of them goes.</summary>
/// <remarks>
/// Little-endian. Per piece: compressed bytes (8) | plain bytes (8) | latest time in it and in all before it (8). Then: inode that the plain
/// file had (8) | time of the first record (8) | number of pieces (4) | <c>inrolog1</c>. All of it is checked before it is believed.
/// </remarks>
internal sealed class PackedLogIndex
{
    /// <summary>Most pieces of one file; the index then still fits into one extra field of gzip.</summary>
    public const int MaxPieces = 2048;

    /// <summary>Largest piece and file that are believed: 1 TB.</summary>
    private const long MaxBytes = 1L << 40;

    private const int EntryBytes = 24;
    private const int TailBytes = 8 + 8 + 4 + 8;

    private static ReadOnlySpan<byte> Magic => "inrolog1"u8;

    /// <summary>The plain file of which this was made.</summary>
    public required LogIdentity Identity { get; init; }

    /// <summary>In order; at least one.</summary>
    public required IReadOnlyList<Piece> Pieces { get; init; }

    /// <summary>Bytes of all pieces when decompressed.</summary>
    public long PlainBytes => Pieces[^1].PlainStart + Pieces[^1].PlainBytes;

    /// <summary>No record in the file is later.</summary>
    public long Latest => Pieces[^1].Latest;

    /// <summary>Bytes of the index of so many pieces.</summary>
    public static int BytesOf(int pieces) => (pieces * EntryBytes) + TailBytes;

    /// <summary>The index as bytes.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[BytesOf(Pieces.Count)];
        Span<byte> at = bytes;
        foreach (Piece piece in Pieces)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, piece.PackedBytes);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], piece.PlainBytes);
            BinaryPrimitives.WriteInt64LittleEndian(at[16..], piece.Latest);
            at = at[EntryBytes..];
        }

        BinaryPrimitives.WriteUInt64LittleEndian(at, Identity.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], Identity.FirstTime);
        BinaryPrimitives.WriteInt32LittleEndian(at[16..], Pieces.Count);
        Magic.CopyTo(at[20..]);
        return bytes;
    }

    /// <summary>Reads an index at the end of a file; null: there is none that fits the file.</summary>
    /// <param name="fileBytes">Size of the file.</param>
    /// <param name="format">What stands around the index.</param>
    /// <param name="readAt">Reads bytes at an offset of the file.</param>
    public static PackedLogIndex? Read(long fileBytes, PackedLogFormat format, Func<int, long, byte[]> readAt)
    {
        long tailAt = fileBytes - format.AfterIndex.Length - TailBytes;
        if (tailAt < 0 || readAt(TailBytes, tailAt) is not { Length: TailBytes } tail || !tail.AsSpan(20).SequenceEqual(Magic)) { return null; }

        int count = BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan(16));
        if (count is < 1 or > MaxPieces) { return null; }

        long start = tailAt - ((long)count * EntryBytes);
        byte[] entries = start < 0 ? [] : readAt(count * EntryBytes, start);
        if (entries.Length != count * EntryBytes || ReadPieces(entries, start - format.BeforeIndexBytes) is not { } pieces) { return null; }

        return new PackedLogIndex
        {
            Identity = new LogIdentity(BinaryPrimitives.ReadUInt64LittleEndian(tail), BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(8))),
            Pieces = pieces,
        };
    }

    private static List<Piece>? ReadPieces(ReadOnlySpan<byte> entries, long packedBytes)
    {
        List<Piece> pieces = [];
        long packedAt = 0;
        long plainAt = 0;
        for (ReadOnlySpan<byte> at = entries; at.Length > 0; at = at[EntryBytes..])
        {
            long packed = BinaryPrimitives.ReadInt64LittleEndian(at);
            long plain = BinaryPrimitives.ReadInt64LittleEndian(at[8..]);
            if (packed is <= 0 or > MaxBytes || plain is <= 0 or > MaxBytes) { return null; }

            pieces.Add(new Piece(packedAt, packed, plainAt, plain, BinaryPrimitives.ReadInt64LittleEndian(at[16..])));
            packedAt += packed;
            plainAt += plain;
        }

        return packedAt == packedBytes ? pieces : null;
    }

    /// <summary>A piece that can be decompressed alone; it begins with a record.</summary>
    /// <param name="PackedStart">Where in the file.</param>
    /// <param name="PackedBytes">Compressed.</param>
    /// <param name="PlainStart">Where in the plain file.</param>
    /// <param name="PlainBytes">Decompressed.</param>
    /// <param name="Latest">Latest time of a record in it or before it.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Piece(long PackedStart, long PackedBytes, long PlainStart, long PlainBytes, long Latest);
}
