using System.Text;
using Inro.Images.Bytes;
using Inro.Images.Layers;
using Inro.Images.Trees;
using Inro.Linux.Files;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Images.Trees;

/// <summary>Trees written as archives, and made again.</summary>
public sealed class TreeTests : IDisposable
{
    private static readonly UnpackRules Own = new() { SetsOwners = false };

    private readonly string place = Directory.CreateTempSubdirectory("inro-tree").FullName;

    public void Dispose() => Directory.Delete(place, recursive: true);

    [Fact]
    public void A_tree_comes_back_as_it_was()
    {
        string source = Make("source");
        Directory.CreateDirectory(source + "/sub");
        File.WriteAllText(source + "/sub/file", "content");
        File.SetUnixFileMode(source + "/sub/file", UnixFileMode.UserRead | UnixFileMode.GroupRead);
        File.SetLastWriteTimeUtc(source + "/sub/file", new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Directory.SetLastWriteTimeUtc(source + "/sub", new DateTime(2002, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.CreateSymbolicLink(source + "/link", "/nowhere");

        Unpack(Archive(source, "."), Make("target"), Own);

        string target = place + "/target";
        Assert.Equal("content", File.ReadAllText(target + "/sub/file"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(target + "/sub/file"));
        Assert.Equal(2001, File.GetLastWriteTimeUtc(target + "/sub/file").Year);
        Assert.Equal(2002, Directory.GetLastWriteTimeUtc(target + "/sub").Year);
        Assert.Equal("/nowhere", new FileInfo(target + "/link").LinkTarget);
    }

    [Fact]
    public void A_link_in_the_archive_leads_no_later_entry_out_of_the_root()
    {
        string outside = Make("outside");
        string source = Make("source");
        File.CreateSymbolicLink(source + "/a", outside);
        byte[] first = Archive(source, ".");
        File.Delete(source + "/a");
        Directory.CreateDirectory(source + "/a");
        File.WriteAllText(source + "/a/file", "x");
        string target = Make("target");

        Unpack(first, target, Own);
        TreeException refused = Assert.Throws<TreeException>(() => Unpack(Archive(source, "."), target, Own));

        Assert.StartsWith("cannot overwrite non-directory \"/a\" with directory", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Directories_and_others_replace_each_other_only_where_that_is_wanted(bool overwrites)
    {
        string source = Make("source");
        File.WriteAllText(source + "/a", "file");
        Directory.CreateDirectory(source + "/b");
        string target = Make("target");
        Directory.CreateDirectory(target + "/a/full");
        File.WriteAllText(target + "/b", "file");

        if (overwrites)
        {
            Unpack(Archive(source, "."), target, Own with { Overwrites = true });
            Assert.Equal("file", File.ReadAllText(target + "/a"));
            Assert.True(Directory.Exists(target + "/b"));
        }
        else
        {
            Assert.Equal("cannot overwrite directory \"/a\" with non-directory \"/\"", Assert.Throws<TreeException>(() => Unpack(Archive(source, "."), target, Own)).Message);
        }
    }

    [Fact]
    public void A_source_has_the_name_that_it_is_given_and_hard_links_stay_one_file()
    {
        string source = Make("source");
        File.WriteAllText(source + "/one", "x");
        using (DirFd directory = DirFd.Open(source)) { Assert.Equal(Inro.Linux.Errno.None, directory.TryLink(directory, "one\0"u8, "two\0"u8)); }

        Unpack(Archive(source, "named"), Make("target"), Own);

        File.AppendAllText(place + "/target/named/one", "y");
        Assert.Equal("xy", File.ReadAllText(place + "/target/named/two"));
    }

    [Fact]
    public void What_keeps_no_owner_loses_set_id_bits()
    {
        string source = Make("source");
        File.WriteAllText(source + "/su", "x");
        File.SetUnixFileMode(source + "/su", UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.UserExecute);

        Unpack(Archive(source, "."), Make("target"), Own);

        Assert.Equal(UnixFileMode.UserExecute, File.GetUnixFileMode(place + "/target/su"));
    }

    [Fact]
    public void Ids_of_a_user_namespace_are_translated_both_ways()
    {
        var ids = new IdTranslation([new IdMapping(0, 100_000, 65_536)], [new IdMapping(0, 200_000, 65_536)]);

        Assert.Equal((5u, 7u), (ids.UserToArchive(100_005), ids.GroupToArchive(200_007)));
        Assert.Equal((100_005u, 200_007u), (ids.UserToFile(5), ids.GroupToFile(7)));
        Assert.Equal(65_534u, ids.UserToArchive(1000));
        Assert.Null(ids.UserToFile(65_536));
    }

    [Fact]
    public void A_writer_that_fails_is_heard_by_who_takes_the_bytes()
    {
        using var pipe = new ChunkPipe(static output =>
        {
            output.Write("abc"u8);
            throw new InvalidDataException("no more");
        });

        Assert.Equal("no more", Assert.Throws<InvalidDataException>(() =>
        {
            while (!pipe.Next().IsEmpty) { }
        }).Message);
    }

    [Fact]
    public void A_taker_that_stops_ends_the_writer()
    {
        bool hasEnded = false;
        var pipe = new ChunkPipe(output =>
        {
            try { while (true) { output.Write(new byte[1 << 20]); } }
            finally { hasEnded = true; }
        });
        pipe.Next();

        pipe.Dispose();

        Assert.True(hasEnded);
    }

    private string Make(string name) => Directory.CreateDirectory($"{place}/{name}").FullName;

    private static byte[] Archive(string source, string shownAs)
    {
        using var bytes = new MemoryStream();
        using DirFd directory = DirFd.Open(source);
        var writer = new TreeWriter(bytes, WriteRules.Plain);
        writer.Write(directory, Encoding.UTF8.GetBytes(shownAs), TestContext.Current.CancellationToken);
        writer.Finish();
        return bytes.ToArray();
    }

    private static void Unpack(byte[] archive, string target, UnpackRules rules)
    {
        using var bytes = new MemoryStream(archive);
        using DirFd directory = DirFd.Open(target);
        TreeUnpacker.Unpack(bytes, directory, default, rules, TestContext.Current.CancellationToken);
    }
}
