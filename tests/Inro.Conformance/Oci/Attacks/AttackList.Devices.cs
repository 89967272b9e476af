using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Attacks;

internal static partial class AttackList
{
    /// <summary>/dev of a volume, in which a neighbour puts what it wants, and standard streams that are devices.</summary>
    private static IEnumerable<Attack> Devices() =>
    [
        new()
        {
            Case = 10, Name = "/dev/null is a link", Known = "CVE-2025-31133", Against = "src/Inro.Runtime/Steps/MaskStep.cs", Runc = Outcome.Succeeds,
            Does = "the container's /dev is a volume whose null is a link to a file, and a masked path is read",
            Prepare = static b =>
            {
                File.CreateSymbolicLink(OwnDevices(b) + "/null", "/other");
                File.WriteAllText(b.Rootfs + "/other", Loot.Mark + "another file in place of the mask\n");
            },
            Try = ReadMasked,
        },
        new()
        {
            Case = 10, Name = "/dev/null is missing", Known = "CVE-2025-31133", Against = "src/Inro.Runtime/Steps/MaskStep.cs",
            Does = "the same, with a /dev in which nothing is", Prepare = static b => OwnDevices(b), Try = ReadMasked,
        },
        new()
        {
            Case = 11, Name = "/dev/console is a link", Known = "CVE-2025-52565", Against = "src/Inro.Runtime/Steps/TerminalStep.cs", Runc = Outcome.Succeeds,
            Does = "the container's /dev is a volume whose console is a link to a file, which the runtime opens for writing, or covers, on its way to a terminal",
            Prepare = static b =>
            {
                string devices = OwnDevices(b);
                Directory.CreateDirectory(devices + "/pts");
                File.CreateSymbolicLink(devices + "/ptmx", "pts/ptmx");
                File.CreateSymbolicLink(devices + "/console", "/other");
                File.WriteAllText(b.Rootfs + "/other", Loot.Secret);
                JsonPath.Put(b.Config, "process.terminal", "true");
                JsonPath.Put(b.Config, "mounts[]", """{"destination":"/dev/pts","type":"devpts","source":"devpts","options":["newinstance","ptmxmode=0666","mode=0620"]}""");
                b.Wrapper = ["sh", "-c", "exec script -qec \"$*\" /dev/null", "sh"];
            },
            Try = static b =>
            {
                string got = Loot.Run(b, "grep -q ' /other ' /proc/self/mountinfo && echo got the terminal put on another file");
                return File.ReadAllText(b.Rootfs + "/other") == Loot.Secret ? got : got + "\n" + Loot.Mark + "another file truncated";
            },
        },
        new()
        {
            Case = 16, Name = "standard input is a device", Against = "src/Inro.Runtime/Steps/IdentityStep.cs", Runc = Outcome.Succeeds, Crun = Outcome.Succeeds,
            Does = "a container of another user gets a device node (of the test's own) as standard input and output, whose owner the runtime changes",
            Prepare = static b =>
            {
                Tool.Run("mknod", [b.Beside("device"), "c", "1", "5"], TimeSpan.FromSeconds(10)).Ok();
                JsonPath.Put(b.Config, "process.user", """{"uid":1000,"gid":1000}""");
                b.Wrapper = ["sh", "-c", $"exec \"$@\" <{b.Beside("device")} >{b.Beside("device")}", "sh"];
            },
            Try = static b =>
            {
                b.Run("--detach").Ok();
                string owner = Tool.Run("stat", ["-c", "%u:%g", b.Beside("device")], TimeSpan.FromSeconds(10)).Ok().Output.Trim();
                return owner == "0:0" ? "" : $"{Loot.Mark}the device, which is now {owner}'s";
            },
        },
    ];

    /// <summary>A volume on /dev, in place of the file system of its own.</summary>
    private static string OwnDevices(Bundle bundle)
    {
        string devices = Directory.CreateDirectory(bundle.Beside("devices")).FullName;
        JsonPath.Put(bundle.Config, "mounts", """[{"destination":"/proc","type":"proc","source":"proc"}]""");
        Mount(bundle, "/dev", "bind", devices, "bind", "rw");
        return devices;
    }

    private static string ReadMasked(Bundle bundle)
    {
        File.WriteAllText(bundle.Rootfs + "/masked", Loot.Mark + "what is masked\n");
        JsonPath.Put(bundle.Config, "linux.maskedPaths", """["/masked"]""");
        return Loot.Run(bundle, "cat /masked");
    }
}
