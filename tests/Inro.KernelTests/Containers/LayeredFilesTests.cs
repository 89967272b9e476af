using System.Text;
using Inro.Engine.Containers.Rootfs;
using Inro.KernelTests.Harness;
using Inro.Spec;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>A snapshot's files without a mount show what overlayfs shows.</summary>
public sealed class LayeredFilesTests
{
    private static readonly string[] Paths =
    [
        "/etc/passwd", "/etc/group", "/etc/gone", "/etc/linked", "/etc/relative", "/etc/outside", "/etc/loop", "/etc/up/file", "/opaque/new", "/opaque/old",
        "/dirlink/passwd", "/replaced/file", "/replaced", "/missing/file", "/etc", "etc/../etc/./passwd", "/file/below",
    ];

    [KernelFact(Needs.Root | Needs.OverlayFs)]
    public void Every_path_reads_as_through_the_mount()
    {
        Assert.SkipWhen(Machine.FindTool("python3") is null, "needs python3 (Debian package python3-minimal)");
        using TempDir directory = TempDir.Create();
        Build(directory);
        string merged = directory.Dir("merged");
        Tool.Run("mount", ["-t", "overlay", "overlay", "-o", $"lowerdir={directory / "2"}:{directory / "1"},upperdir={directory / "u"},workdir={directory / "w"}", merged], TimeSpan.FromSeconds(10)).Ok();
        string[] expected = Through(merged);
        Tool.Run("umount", [merged], TimeSpan.FromSeconds(10)).Ok();

        using var files = new LayeredFiles(new SnapshotMount { Directory = directory.Path, Lower = ["2", "1"], Upper = "u", Work = "w" });

        Assert.Equal(expected, Paths.Select(path => Read(files, path)));
        Assert.Contains("new passwd", expected[0], StringComparison.Ordinal);
        Assert.Equal("-", expected[2]);
    }

    [KernelFact]
    public void Link_that_points_out_of_the_root_stays_inside()
    {
        using TempDir directory = TempDir.Create();
        directory.Link("1/etc/passwd", "/../../../../etc/shadow");
        directory.File("1/etc/shadow", "the image's");

        using var files = new LayeredFiles(new SnapshotMount { Directory = directory.Path, Lower = ["1"] });

        Assert.Equal("the image's", Read(files, "/etc/passwd"));
    }

    [KernelFact]
    public void File_that_is_too_long_is_refused()
    {
        using TempDir directory = TempDir.With(("1/etc/passwd", new string('x', 100)));
        using var files = new LayeredFiles(new SnapshotMount { Directory = directory.Path, Lower = ["1"] });

        Assert.Throws<InvalidDataException>(() => files.TryRead("/etc/passwd", 99));
    }

    private static void Build(TempDir directory)
    {
        directory.File("1/etc/passwd", "old passwd");
        directory.File("1/etc/group", "group");
        directory.File("1/etc/gone", "gone");
        directory.File("1/opaque/old", "old");
        directory.File("1/replaced/file", "file");
        directory.File("1/file", "a file");
        directory.File("2/etc/up/file", "up");
        directory.Link("2/etc/linked", "/etc/group");
        directory.Link("2/etc/relative", "../etc/up/../group");
        directory.Link("2/etc/outside", "../../../etc/group");
        directory.Link("2/etc/loop", "loop");
        directory.Link("2/dirlink", "etc");
        directory.File("2/opaque/new", "new");
        directory.File("2/replaced", "now a file");
        directory.File("u/etc/passwd", "new passwd");
        directory.Dir("w");
        Tool.Run("mknod", [directory / "u/etc/gone", "c", "0", "0"], TimeSpan.FromSeconds(5)).Ok();
        Tool.Run("python3", ["-c", $"import os; os.setxattr('{directory / "2/opaque"}', 'trusted.overlay.opaque', b'y')"], TimeSpan.FromSeconds(5)).Ok();
    }

    // chroot resolves absolute links as a container would
    private static string[] Through(string root)
    {
        string script = $"""
            import os, sys
            os.chroot('{root}')
            os.chdir('/')
            for p in sys.argv[1:]:
                print(open(p).read() if os.path.isfile(p) else 'dir' if os.path.isdir(p) else '-')
            """;
        return Tool.Run("python3", ["-c", script, .. Paths], TimeSpan.FromSeconds(20)).Ok().Output.TrimEnd('\n').Split('\n');
    }

    private static string Read(LayeredFiles files, string path)
    {
        try
        {
            return files.TryRead(path, 1000) is { } bytes ? Encoding.UTF8.GetString(bytes) : "-";
        }
        catch (InvalidDataException)
        {
            return "dir";
        }
    }
}
