using Inro.KernelTests.Images.Support;

namespace Inro.KernelTests.Images;

/// <summary>Trees that hold every kind of entry that layers are known to have.</summary>
internal static class OddLayers
{
    private static readonly byte[] BinaryValue = [0, 1, 2, 0xFF, (byte)'\n', (byte)'=', 0];

    /// <summary>cap_net_raw+ep as the kernel stores it, version 2.</summary>
    private static readonly byte[] Capability = [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Kinds that every other program understands too, one name twice.</summary>
    public static TarWriter Common() => Unique().File("replaced", "second");

    /// <summary>The same with each name once: containers/storage takes no others.</summary>
    public static TarWriter Unique() => new TarWriter()
        .Directory("usr")
        .Directory("usr/bin")
        .Directory("tmp", mode: 0x3FF)
        .Directory("private", mode: 0x1C0, uid: 1000, gid: 1001)
        .Directory("shared", mode: 0x5FD, gid: 50)
        .File("shared/in-setgid", "x", uid: 7, gid: 8)
        .File("usr/bin/tool", "#!/bin/sh\n", mode: 0x9ED) // 4755
        .File("usr/bin/group-tool", "g", mode: 0x5ED, gid: 42) // 2755
        .File("unreadable", "secret", mode: 0)
        .HardLink("usr/bin/tool2", "usr/bin/tool", mode: 0x9ED)
        .HardLink("tool3", "usr/bin/tool2", mode: 0x9ED)
        .Symlink("absolute", "/usr/bin/tool", uid: 12, gid: 13, mtime: 1_500_000_000)
        .Symlink("dangling", "no/where")
        .Symlink("usr/up", "../../../../etc/passwd")
        .Device("null", 'c', 1, 3)
        .Device("disk", 'b', 259, 70_000, mode: 0x1B0)
        .Fifo("pipe", mode: 0x1B6)
        .File("old", "before the epoch", mtime: -86_400)
        .File("precise", "p", pax: new() { ["mtime"] = "1234567890.123456789"u8.ToArray(), ["atime"] = "1234567891.5"u8.ToArray() })
        .File("big-ids", "ids", uid: 3_000_000_000, gid: 4_294_967_294)
        .File("pax-ids", "ids", pax: new() { ["uid"] = "4000000000"u8.ToArray(), ["gid"] = "4000000001"u8.ToArray() })
        .File("capable", "c", mode: 0x1ED, pax: new() { ["SCHILY.xattr.security.capability"] = Capability })
        .File("binary-xattr", "b", pax: new() { ["SCHILY.xattr.user.binary"] = BinaryValue, ["SCHILY.xattr.trusted.word"] = "yes"u8.ToArray() })
        .Directory("dir-xattr", pax: new() { ["SCHILY.xattr.user.dir"] = "d"u8.ToArray() })
        .File("zero-length", "")
        .File("missing/parents/of/file", "deep")
        .File(new string('n', 200) + "/" + new string('m', 250), "long PAX name")
        .GnuLongName("gnu/" + new string('g', 180), "long GNU name")
        .File(LatinName, "not UTF-8"u8.ToArray())
        .File("replaced", "first")
        .Directory("replaced-directory")
        .File("replaced-directory/child", "gone");

    /// <summary>What a layer over <see cref="Common"/> may do to it.</summary>
    public static TarWriter Changes() => new TarWriter()
        .File(".wh.unreadable", "")
        .File("private/.wh..wh..opq", "")
        .File("private/new", "alone now")
        .File(".wh.shared", "")
        .File("shared/again", "in a directory that was taken away")
        .File("dir-xattr/fresh", "before its directory's whiteout")
        .File(".wh.dir-xattr", "")
        .File("usr/bin/.wh.no-such", "")
        .File("no-such-directory/.wh.no-such", "")
        .Directory("old")
        .File("old/inside", "a file became a directory")
        .Symlink("gnu", "usr")
        .File("missing/parents/of/another", "beside a file of the layer below")
        .HardLink("tool4", "usr/bin/tool")
        .Directory("tmp", mode: 0x1C0, mtime: 1_700_000_000)
        .File("usr/added", "in a directory without an entry here")
        .File("zero-length", "longer");

    private static readonly byte[] LatinName = [.. "caf"u8, 0xE9, .. ".txt"u8];

    /// <summary>Types that change on the way, links that lead out, and paths that try to.</summary>
    public static TarWriter Hostile() => new TarWriter()
        .File("../../escape-a", "inside")
        .File("/absolute-b", "inside")
        .File("a/../../../c", "inside")
        .Symlink("out", "/")
        .File("out/through-root-link", "inside")
        .Symlink("up", "../../../..")
        .File("up/through-up-link", "inside")
        .Directory("etc")
        .Symlink("conf", "/etc")
        .File("conf/through-absolute-link", "inside")
        .File("was-file", "x")
        .Directory("was-file")
        .File("was-file/now-in-directory", "y")
        .Directory("was-directory")
        .Directory("was-directory/full")
        .File("was-directory/full/of", "z")
        .File("was-directory", "now a file")
        .Symlink("was-link", "/etc")
        .Directory("was-link")
        .File("was-link/not-in-etc", "here")
        .File("redirected", "r", pax: new() { ["SCHILY.xattr.trusted.overlay.redirect"] = "/etc"u8.ToArray(), ["SCHILY.xattr.user.overlay.opaque"] = "y"u8.ToArray() });
}
