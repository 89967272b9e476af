using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Inro.Images.Bytes;
using Inro.Images.Layers.Tar;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Tests.Images.Layers.Tar;

public sealed class TarReaderTests
{
    [Fact]
    public void Entries_come_back_as_they_were_written_whatever_the_pieces()
    {
        Gen<(string Name, byte[] Content, long Uid, long Time)> entry =
            from name in Gen.Choose(1, 400).SelectMany(n => Gen.Elements("abc/é-_. ".ToCharArray()).ArrayOf(n))
            from content in Gen.Choose(0, 3_000).SelectMany(n => Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(n))
            from uid in Gen.OneOf(Gen.Choose(0, 100_000).Select(i => (long)i), Gen.Choose(0, int.MaxValue).Select(i => i * 2L))
            from time in Gen.Choose(-1_000_000_000, 1_000_000_000).Select(i => i * 97L)
            select ("x" + new string(name) + "x", content, uid, time);
        Prop.ForAll(Arb.From(entry.ListOf()), Arb.From(Gen.Choose(1, 2_000)), (entries, chunk) =>
        {
            var writer = new TarWriter();
            foreach ((string name, byte[] content, long uid, long time) in entries)
            {
                writer.Entry((byte)'0', TarWriter.Bytes(name), [], 0x1A4, uid, uid, time, content, null);
            }

            var reader = new TarReader(new StreamChunks(new MemoryStream(writer.ToArray()), chunk));
            foreach ((string name, byte[] content, long uid, long time) in entries)
            {
                TarEntry read = reader.Next()!;
                Assert.Equal(name, Encoding.UTF8.GetString(read.Name));
                Assert.Equal((uint)uid, read.UserId);
                Assert.Equal(time, read.Modified.Seconds);
                Assert.Equal(content, Content(reader));
            }

            Assert.Null(reader.Next());
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    [Fact]
    public void Unread_content_is_passed_over()
    {
        TarReader reader = Reader(new TarWriter().File("a", new string('a', 5_000)).File("b", "b").ToArray());

        reader.Next();

        Assert.Equal("b", Encoding.UTF8.GetString(reader.Next()!.Name));
    }

    [Fact]
    public void Global_records_hold_until_local_ones_say_otherwise()
    {
        TarReader reader = Reader(new TarWriter()
            .Pax('g', new() { ["uid"] = "7"u8.ToArray() })
            .File("a", "")
            .File("b"u8.ToArray(), [], pax: new() { ["uid"] = "8"u8.ToArray() })
            .File("c", "").ToArray());

        Assert.Equal([7u, 8u, 7u], [reader.Next()!.UserId, reader.Next()!.UserId, reader.Next()!.UserId]);
    }

    [Fact]
    public void Attribute_in_both_spellings_is_taken_once()
    {
        TarReader reader = Reader(new TarWriter().File("a"u8.ToArray(), [], pax: new()
        {
            ["LIBARCHIVE.xattr.user.a"] = "AAH/"u8.ToArray(),
            ["SCHILY.xattr.user.a"] = [0, 1, 0xFF],
            ["LIBARCHIVE.xattr.user.%62"] = "AQ"u8.ToArray(),
        }).ToArray());

        TarEntry entry = reader.Next()!;

        Assert.Equal(["user.a\0=0001FF", "user.b\0=01"], entry.Attributes.Select(a => Encoding.ASCII.GetString(a.Name) + "=" + Convert.ToHexString(a.Value)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("1.5", 1, 500_000_000)]
    [InlineData("-1.5", -2, 500_000_000)]
    [InlineData("-1", -1, 0)]
    [InlineData("0.000000001", 0, 1)]
    [InlineData("12.0000000019", 12, 1)] // what is finer is dropped
    public void Times_keep_their_sign_and_fraction(string text, long seconds, long nanoseconds)
    {
        TarReader reader = Reader(new TarWriter().File("a"u8.ToArray(), [], pax: new() { ["mtime"] = TarWriter.Bytes(text) }).ToArray());

        TarEntry entry = reader.Next()!;

        Assert.Equal((seconds, nanoseconds), (entry.Modified.Seconds, entry.Modified.Nanoseconds));
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "cut in a header", new TarWriter().File("a", "1").ToArray()[..300] },
        { "cut in content", new TarWriter().File("a", new string('x', 2_000)).ToArray()[..1_024] },
        { "cut after an extension", new TarWriter().Pax('x', new() { ["path"] = "p"u8.ToArray() }).ToArray()[..1_024] },
        { "checksum", Changed(new TarWriter().File("a", "1").ToArray(), 0) },
        { "record length", WithPax("99 path=x\n") },
        { "record without key", WithPax("5 =x\n\n") },
        { "record without end", WithPax("10 path=xx") },
        { "negative length", WithPax("-1 path=x\n") },
        { "id too large", new TarWriter().Entry((byte)'0', "a"u8.ToArray(), [], 0, 4_294_967_295, 0, 0, [], null).ToArray() },
        { "negative id", new TarWriter().Entry((byte)'0', "a"u8.ToArray(), [], 0, -1, 0, 0, [], null).ToArray() },
        { "zero byte in a path", new TarWriter().File("a"u8.ToArray(), [], pax: new() { ["path"] = [(byte)'a', 0, (byte)'b'] }).ToArray() },
        { "path too long", new TarWriter().File("a"u8.ToArray(), [], pax: new() { ["path"] = new byte[5_000].Select(_ => (byte)'a').ToArray() }).ToArray() },
        { "unknown type", new TarWriter().Entry((byte)'Z', "a"u8.ToArray(), [], 0, 0, 0, 0, [], null).ToArray() },
        { "link to nowhere", new TarWriter().Symlink("a", "").ToArray() },
        { "no name", new TarWriter().File("", "").ToArray() },
        { "runs overlap", Sparse("0,10,5,10", 20) },
        { "runs beyond the end", Sparse("0,10,30,10", 20) },
        { "half a run", Sparse("0,10,30", 20) },
        { "runs are not what is stored", Sparse("0,5", 20) },
        { "data after an empty header", [.. new byte[512], .. new TarWriter().File("a", "1").ToArray()] },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Malformed_archive_is_refused_with_its_place(string what, byte[] archive)
    {
        TarReader reader = Reader(archive);

        TarFormatException failure = Assert.Throws<TarFormatException>(() =>
        {
            while (reader.Next() is not null) { Content(reader); }
        });

        Assert.True(failure.Offset <= archive.Length && failure.Reason.Length > 0, what);
    }

    private static byte[] WithPax(string records)
    {
        byte[] archive = new TarWriter().Entry((byte)'0', "PaxHeaders/x"u8.ToArray(), [], 0, 0, 0, 0, TarWriter.Bytes(records), null).ToArray();
        archive[156] = (byte)'x';
        TarWriter.Seal(archive.AsSpan(0, 512));
        return [.. archive[..1024], .. new TarWriter().File("a", "1").ToArray()];
    }

    private static byte[] Sparse(string map, long size) => new TarWriter().File("a"u8.ToArray(), new byte[20], pax: new()
    {
        ["GNU.sparse.map"] = TarWriter.Bytes(map),
        ["GNU.sparse.size"] = TarWriter.Bytes($"{size}"),
    }).ToArray();

    private static byte[] Changed(byte[] archive, int at)
    {
        archive[at] ^= 0x10;
        return archive;
    }

    private static TarReader Reader(byte[] archive) => new(new StreamChunks(new MemoryStream(archive), 777));

    private static byte[] Content(TarReader reader)
    {
        using var content = new MemoryStream();
        while (reader.TryReadContent(out long offset, out ReadOnlySpan<byte> piece))
        {
            content.Position = offset;
            content.Write(piece);
        }

        return content.ToArray();
    }
}
