namespace Inro.KernelTests.Harness;

/// <summary>Root file systems for containers, made from what Debian installs: no registry is asked.</summary>
public static class TestRootfs
{
    /// <summary>Statically linked, so that it runs in an otherwise empty directory.</summary>
    public const string BusyboxPath = "/bin/busybox";

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>busybox lists itself too: a link over the binary would leave a rootfs in which nothing starts.</summary>
    private static readonly Lazy<IReadOnlyList<string>> Applets = new(() =>
        [.. Tool.Run(BusyboxPath, ["--list"], TimeSpan.FromSeconds(10)).Ok().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "busybox")]);

    /// <summary>A rootfs in a directory of its own: busybox with its applets, passwd, group, and the usual empty directories.</summary>
    public static TempDir Busybox()
    {
        TempDir rootfs = TempDir.Create();
        FillBusybox(rootfs.Path);
        return rootfs;
    }

    /// <summary>Fills <paramref name="directory"/>, which is made if it is not there.</summary>
    public static void FillBusybox(string directory)
    {
        foreach (string name in (string[])["bin", "dev", "etc", "proc", "root", "sys", "tmp", "usr/bin", "var"])
        {
            Directory.CreateDirectory(Path.Combine(directory, name));
        }

        string binary = Path.Combine(directory, "bin/busybox");
        File.Copy(BusyboxPath, binary);
        File.SetUnixFileMode(binary, Executable);
        foreach (string applet in Applets.Value)
        {
            File.CreateSymbolicLink(Path.Combine(directory, "bin", applet), "busybox");
        }

        File.WriteAllText(Path.Combine(directory, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nguest:x:1000:1000:guest:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
        File.WriteAllText(Path.Combine(directory, "etc/group"), "root:x:0:\nguest:x:1000:\nstaff:x:50:guest\nnogroup:x:65534:\n");
        File.WriteAllText(Path.Combine(directory, "etc/os-release"), "ID=inro-test\nNAME=\"Inro test image\"\nVERSION_ID=1\n");
        File.SetUnixFileMode(Path.Combine(directory, "tmp"), (UnixFileMode)0b1_111_111_111);
    }
}
