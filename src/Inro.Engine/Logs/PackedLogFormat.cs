using System.Buffers.Binary;
using System.IO.Compression;
using Inro.Images.Layers;

namespace Inro.Engine.Logs;

/// <summary>How rotated files of a driver are compressed: pieces that any program decompresses one after the other, and the index where such programs pass over it.</summary>
internal abstract class PackedLogFormat
{
    /// <summary>What a file's name ends with.</summary>
    public abstract string Ending { get; }

    /// <summary>Bytes between the last piece and the index.</summary>
    public abstract int BeforeIndexBytes { get; }

    /// <summary>What follows the index.</summary>
    public abstract ReadOnlySpan<byte> AfterIndex { get; }

    /// <summary>json-file: gzip, as docker's. All others: zstd.</summary>
    public static PackedLogFormat Of(LogDriver driver) => driver == LogDriver.JsonFile ? new Gzip() : new Zstd();

    /// <summary>What stands before an index of so many bytes.</summary>
    public abstract byte[] BeforeIndex(int indexBytes);

    /// <summary>Compresses what is written into one piece, which ends with the stream.</summary>
    public abstract Stream Pack(Stream target);

    /// <summary>The plain bytes of a piece.</summary>
    public abstract Stream Unpack(Stream piece);

    // RFC 1952: members follow each other; the last one has no content and the index in its extra field.
    private sealed class Gzip : PackedLogFormat
    {
        private const int ExtraAt = 10;
        private const int FieldAt = ExtraAt + 2;

        public override string Ending => ".gz";

        public override int BeforeIndexBytes => FieldAt + 4;

        public override ReadOnlySpan<byte> AfterIndex => [3, 0, 0, 0, 0, 0, 0, 0, 0, 0]; // an empty last block, its checksum, its length

        public override byte[] BeforeIndex(int indexBytes)
        {
            byte[] head = new byte[BeforeIndexBytes];
            ((ReadOnlySpan<byte>)[0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255]).CopyTo(head);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(ExtraAt), checked((ushort)(indexBytes + 4)));
            "IL"u8.CopyTo(head.AsSpan(FieldAt));
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(FieldAt + 2), checked((ushort)indexBytes));
            return head;
        }

        public override Stream Pack(Stream target) => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);

        public override Stream Unpack(Stream piece) => new GZipStream(piece, CompressionMode.Decompress);
    }

    // RFC 8878: frames follow each other; the index is in a skippable one.
    private sealed class Zstd : PackedLogFormat
    {
        private const uint SkippableMagic = 0x184D2A5E;
        private const int Level = 1;

        public override string Ending => ".zst";

        public override int BeforeIndexBytes => 8;

        public override ReadOnlySpan<byte> AfterIndex => [];

        public override byte[] BeforeIndex(int indexBytes)
        {
            byte[] head = new byte[BeforeIndexBytes];
            BinaryPrimitives.WriteUInt32LittleEndian(head, SkippableMagic);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), indexBytes);
            return head;
        }

        public override Stream Pack(Stream target) => new ZstdWriteStream(target, Level);

        public override Stream Unpack(Stream piece) => new ZstdStream(piece);
    }
}
