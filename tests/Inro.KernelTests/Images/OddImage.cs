using System.Globalization;
using System.Text;
using Inro.KernelTests.Images.Support;

namespace Inro.KernelTests.Images;

/// <summary>One image of 40 layers with everything odd in it: what programs disagree about shows in its tree.</summary>
internal static class OddImage
{
    /// <summary>Layers; docker's limit is 127.</summary>
    public const int Layers = 40;

    private const long Hole = 1 << 20;

    /// <summary>Directories that <see cref="OddLayers.Unique"/> has only on the way to others; here they have entries, so that their times are said.</summary>
    private static readonly string[] Implied = ["missing", "missing/parents", "missing/parents/of", "gnu", new string('n', 200)];

    /// <summary>The image. Layers are packed in turn by gzip, by zstd and not at all.</summary>
    /// <param name="withHoles">Whether one of its files is sparse.</param>
    /// <param name="name">The name by which a layout knows it.</param>
    public static TestImage Make(bool withHoles = true, string name = "image")
    {
        var image = new TestImage { Name = name };
        List<TarWriter> layers = [Base(), Completion(), Links(), Removals(), Again(), Types(), .. withHoles ? [Sparse()] : (TarWriter[])[]];
        while (layers.Count < Layers) { layers.Add(More(layers.Count)); }

        for (int i = 0; i < layers.Count; i++) { image.Layer(layers[i], (LayerPacking)(i % 3)); }

        return image;
    }

    /// <summary>With the root directory itself, which is not like the one that a program makes.</summary>
    private static TarWriter Base() => new TarWriter().Directory(".", mode: 0x1E8, uid: 3, gid: 4, pax: Time("1400000000.25")).Raw(Entries(OddLayers.Unique()));

    private static TarWriter Completion()
    {
        var tar = new TarWriter();
        foreach (string path in Implied) { tar.Directory(path, mode: 0x1ED, mtime: 1_450_000_000); }

        return tar
            .Directory("sticky-setgid", mode: 0x7FF, gid: 7, pax: Time("1500000000.000000001"))
            .File("sub-second", "s", pax: Time("1500000000.999999999"))
            .Symlink("sub-second-link", "nowhere", pax: Time("1500000000.5"))
            .Entry((byte)'6', TarWriter.Bytes("sub-second-pipe"), [], 0x1A4, 5, 6, 1_600_000_000, [], Time("1500000000.125"))
            .Entry((byte)'3', TarWriter.Bytes("big-device"), [], 0x180, 1, 2, 1_600_000_000, [], null, 4095, 1_048_575 & 0x1F_FFFF)
            .File("spaces and\ttabs\nand a line end", "odd name")
            .File([.. "deep-latin/"u8, 0xE4, 0xF6, 0xFC], "not UTF-8"u8.ToArray())
            .Directory("deep-latin", mtime: 1_450_000_001)
            .File("long-latin", "x", pax: new() { ["path"] = [.. Encoding.ASCII.GetBytes(new string('l', 120)), 0xE9, .. "end"u8] })
            .Directory("hidden").Directory("hidden/below").File("hidden/below/file", "gone later")
            .Directory("opaque", mode: 0x1C7).File("opaque/old", "gone later").Directory("opaque/old-directory").File("opaque/old-directory/file", "gone")
            .File("link-a", "three names", mode: 0x9C0, uid: 8, gid: 9).HardLink("link-b", "link-a", mode: 0x9C0, uid: 8, gid: 9).HardLink("usr/link-c", "link-a", mode: 0x9C0, uid: 8, gid: 9)
            .Symlink("soft", "link-a").HardLink("soft-too", "soft");
    }

    /// <summary>Hard links to files of layers below, set-id and capabilities included.</summary>
    private static TarWriter Links() => new TarWriter()
        .HardLink("usr/bin/tool-again", "usr/bin/tool", mode: 0x9ED)
        .HardLink("capable-again", "capable", mode: 0x1ED)
        .HardLink("binary-again", "binary-xattr")
        .HardLink("link-d", "usr/link-c", mode: 0x9C0, uid: 8, gid: 9);

    private static TarWriter Removals() => new TarWriter()
        .File(".wh.hidden", "")
        .File(".wh.no-such-file", "")
        .File("opaque/.wh..wh..opq", "")
        .Directory("opaque", mode: 0x1E8, uid: 21, mtime: 1_460_000_000)
        .File("opaque/new", "alone")
        .File("usr/bin/.wh.group-tool", "")
        .File(".wh.link-a", "") // its other names stay one file
        .File("replaced-directory/.wh.child", "")
        .Directory("usr", mode: 0x1ED, mtime: 1_460_000_001)
        .Directory("usr/bin", mode: 0x1ED, mtime: 1_460_000_002)
        .Directory("replaced-directory", mtime: 1_460_000_003);

    /// <summary>A file of three pieces with holes between, as GNU tar writes it in its newest form.</summary>
    private static TarWriter Sparse()
    {
        string map = string.Create(CultureInfo.InvariantCulture, $"3\n0\n512\n{Hole}\n512\n{4 * Hole}\n0\n");
        byte[] content = [.. Encoding.ASCII.GetBytes(map.PadRight(512, '\0')), .. Encoding.ASCII.GetBytes(new string('a', 512) + new string('b', 512))];
        return new TarWriter().Entry((byte)'0', "GNUSparseFile.0/sparse"u8.ToArray(), [], 0x1A4, 0, 0, 1_600_000_000, content, new()
        {
            ["GNU.sparse.major"] = "1"u8.ToArray(),
            ["GNU.sparse.minor"] = "0"u8.ToArray(),
            ["GNU.sparse.name"] = "sparse"u8.ToArray(),
            ["GNU.sparse.realsize"] = Encoding.ASCII.GetBytes((4 * Hole).ToString(CultureInfo.InvariantCulture)),
        });
    }

    /// <summary>What was taken away comes again, as another thing.</summary>
    private static TarWriter Again() => new TarWriter()
        .File("hidden", "was a directory")
        .Directory("unreadable", mode: 0x1C0, mtime: 1_470_000_000)
        .File("unreadable/was-a-file", "")
        .Directory("link-a", mtime: 1_470_000_001);

    private static TarWriter Types() => new TarWriter()
        .Device("pipe", 'c', 1, 5)
        .Symlink("null", "/dev/null")
        .Fifo("dangling")
        .File("precise", "shorter time", pax: Time("1.5"))
        .Directory("shared", mode: 0x5ED, gid: 51, mtime: 1_480_000_000);

    /// <summary>The same file again and again, one more each time, and one less.</summary>
    private static TarWriter More(int number)
    {
        TarWriter tar = new TarWriter()
            .Directory("layers", mtime: 1_500_000_000 + number)
            .File("layers/newest", $"layer {number}", mtime: 1_500_000_000 + number)
            .File($"layers/{number}", new string((char)('a' + (number % 26)), number * 100), uid: number, gid: number);
        return number % 5 == 0 ? tar.File($"layers/.wh.{number - 2}", "") : tar;
    }

    private static Dictionary<string, byte[]> Time(string seconds) => new() { ["mtime"] = Encoding.ASCII.GetBytes(seconds) };

    private static byte[] Entries(TarWriter tar) => tar.ToArray()[..^1024];
}
