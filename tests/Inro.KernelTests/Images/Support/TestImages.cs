using Inro.Spec.Image;

namespace Inro.KernelTests.Images.Support;

/// <summary>Images that tests load, made from what the machine has.</summary>
public static class TestImages
{
    /// <summary>Writes an OCI layout archive <c>busybox:latest</c> made of the machine's static busybox (1 MB; some 300 applets as links).</summary>
    /// <param name="path">Where the archive goes.</param>
    /// <param name="name">Canonical reference of the image.</param>
    /// <returns><paramref name="path"/>.</returns>
    public static string Busybox(string path, string name = "docker.io/library/busybox:latest")
    {
        BusyboxImage(name).WriteLayout(path);
        return path;
    }

    /// <summary>The same as a docker archive.</summary>
    public static string BusyboxDockerArchive(string path, string name = "docker.io/library/busybox:latest")
    {
        BusyboxImage(name).WriteDockerArchive(path);
        return path;
    }

    /// <summary>The image itself, to add layers to.</summary>
    public static TestImage BusyboxImage(string name = "docker.io/library/busybox:latest") => new TestImage
    {
        Name = name,
        Defaults = new ContainerDefaults { Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], Cmd = ["sh"] },
    }.Layer(BusyboxLayer());

    /// <summary>The base layer: busybox, links to it, passwd and group, the usual directories.</summary>
    public static TarWriter BusyboxLayer()
    {
        byte[] program = File.ReadAllBytes("/bin/busybox");
        TarWriter tar = new TarWriter();
        foreach (string directory in (string[])["bin", "dev", "etc", "home", "proc", "root", "sys", "usr", "usr/bin", "usr/sbin", "sbin", "var", "var/tmp"]) { tar.Directory(directory); }

        tar.Directory("tmp", mode: 0x3FF); // 1777
        tar.File("bin/busybox"u8.ToArray(), program, mode: 0x1ED);
        foreach (string applet in Applets()) { tar.HardLink("bin/" + applet, "bin/busybox"); }

        tar.File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n");
        tar.File("etc/group", "root:x:0:\ndaemon:x:1:\nusers:x:100:\nnogroup:x:65534:\n");
        tar.File("etc/os-release", "NAME=busybox\nID=busybox\n");
        return tar;
    }

    // the list holds busybox itself: a link of that name over the program would leave an image in which nothing starts
    private static IEnumerable<string> Applets() =>
        Harness.Tool.Run("/bin/busybox", ["--list"], TimeSpan.FromSeconds(10)).Ok().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(a => a != "busybox").Order(StringComparer.Ordinal);
}
