using System.Text.Json.Nodes;

namespace Inro.Conformance.Oci.Attacks;

internal static partial class AttackList
{
    private const string Destinations = "src/Inro.Runtime/Steps/DestinationCalls.cs";

    /// <summary>Links that an image holds, and names that climb.</summary>
    private static IEnumerable<Attack> Links() =>
    [
        .. ((string[])["proc", "sys"]).Select(static name => new Attack
        {
            Case = 4, Name = $"/{name} is a link", Known = "CVE-2019-19921, CVE-2023-28642", Against = "src/Inro.Runtime/Steps/MountStep.cs",
            Does = $"the image's /{name} is a link to another directory, so that masks and labels meet a false one",
            Prepare = b => Link(b, name, "/elsewhere", makes: "elsewhere"),
            Try = static b => Loot.Run(b, "grep -q ' /elsewhere ' /elsewhere/self/mountinfo /proc/self/mountinfo 2>/dev/null && echo got it mounted elsewhere"),
        }),
        new()
        {
            Case = 9, Name = "mount points through links", Known = "CVE-2024-45310", Against = Destinations,
            Does = "mount points below links of the image, absolute and climbing, to a directory of the host",
            Prepare = static b =>
            {
                string victim = Loot.Directory(b);
                Link(b, "absolute", victim);
                Link(b, "climbing", Loot.Up + victim);
                foreach (string destination in (string[])["/absolute/made", "/climbing/made/deeper"]) { Mount(b, destination, "tmpfs", "tmpfs"); }
            },
            Try = static b =>
            {
                b.Run();
                return Loot.Made(b.Beside("victim"));
            },
        },
        new()
        {
            Case = 9, Name = "working directory through a link", Against = Destinations,
            Does = "a working directory that is not there yet, below a link of the image to a directory of the host",
            Prepare = static b =>
            {
                Link(b, "link", Loot.Directory(b));
                b.Config["process"]!["cwd"] = "/link/made/deeper";
            },
            Try = static b =>
            {
                b.Run();
                return Loot.Made(b.Beside("victim"));
            },
        },
        new()
        {
            Case = 9, Name = "copy-up through a link", Against = "src/Inro.Runtime/Steps/CopyUp.cs",
            Does = "a tmpfs that copies up what is at its place, where the image has a link to a directory of the host",
            Prepare = static b =>
            {
                File.WriteAllText(Loot.Directory(b) + "/file", Loot.Secret);
                Link(b, "link", b.Beside("victim"));
                Directory.CreateDirectory(b.Rootfs + "/data");
                Link(b, "data/file", b.Beside("victim") + "/file");
                foreach (string place in (string[])["/link", "/data"]) { Mount(b, place, "tmpfs", "tmpfs", "tmpcopyup"); }
            },
            Try = static b => Loot.Run(b, $"grep -qr {Loot.Secret} /link /data 2>/dev/null && echo got the victim\\'s content"),
        },
        new()
        {
            Case = 13, Name = "/dev is a link", Known = "CVE-2026-41579, CVE-2026-47766", Against = "src/Inro.Runtime/Steps/DevicesStep.cs", Runc = Outcome.Succeeds, Crun = Outcome.Succeeds,
            Does = "the image's /dev is a link to a directory of the host and nothing is mounted there, so that devices and links are made in it",
            Prepare = static b =>
            {
                Directory.Delete(b.Rootfs + "/dev");
                Link(b, "dev", Loot.Directory(b));
                JsonArray mounts = b.Config["mounts"]!.AsArray();
                for (int i = mounts.Count - 1; i >= 0; i--)
                {
                    if (mounts[i]!["destination"]!.GetValue<string>().StartsWith("/dev", StringComparison.Ordinal)) { mounts.RemoveAt(i); }
                }
            },
            Try = static b =>
            {
                b.Run();
                return Loot.Made(b.Beside("victim"));
            },
        },
        new()
        {
            Case = 13, Name = "device through a link", Known = "CVE-2026-41579", Against = "src/Inro.Runtime/Steps/DevicesStep.cs",
            Does = "linux.devices names a path below a link of the image to a directory of the host",
            Prepare = static b =>
            {
                Link(b, "link", Loot.Directory(b));
                JsonPath.Put(b.Config, "linux.devices", """[{"type":"c","path":"/link/made","major":1,"minor":3},{"type":"c","path":"/link/below/made","major":1,"minor":3}]""");
            },
            Try = static b =>
            {
                b.Run();
                return Loot.Made(b.Beside("victim"));
            },
        },
        new()
        {
            Case = 17, Name = "ids that climb", Against = "src/Inro.Runtime/State/ContainerId.cs",
            Does = "ids with dots and slashes",
            Try = static b => string.Concat(((string[])["..", ".", "../climbed", "a/../../climbed", "../victim", ".hidden/../../climbed", "", "a/b"]).Select(id => Started(b, id))),
        },
        new()
        {
            Case = 17, Name = "cgroup path that climbs", Against = "src/Inro.Runtime/Resources/CgroupPlan.cs",
            Does = "linux.cgroupsPath climbs to a directory of the host",
            Prepare = static b => b.Config["linux"]!["cgroupsPath"] = $"/{Loot.Up}{Loot.Directory(b)}/../{Path.GetFileName(b.Beside("victim"))}/made",
            Try = static b =>
            {
                b.Run();
                RemoveCgroups(b);
                return Loot.Made(b.Beside("victim"));
            },
        },
        new()
        {
            Case = 17, Name = "cgroup of an exec that climbs", Against = "src/Inro.Runtime/Resources/SubCgroup.cs",
            Does = "exec --cgroup with a path that climbs out of the container's cgroup", Crun = Outcome.NotTried,
            Try = static b => Inside(b, () => string.Concat(((string[])["..", "../..", "a/../../..", "pids:..", "memory:../.."]).Select(path =>
                b.Oci("exec", "--cgroup", path, b.Id, "/bin/true").ExitCode == 0 ? $"{Loot.Mark}into {path}\n" : ""))),
        },
    ];

    private static void Link(Bundle bundle, string name, string target, string? makes = null)
    {
        string path = $"{bundle.Rootfs}/{name}";
        if (Directory.Exists(path)) { Directory.Delete(path); }

        if (makes is not null) { Directory.CreateDirectory($"{bundle.Rootfs}/{makes}"); }

        File.CreateSymbolicLink(path, target);
    }

    private static void Mount(Bundle bundle, string destination, string type, string source, params string[] options) => bundle.Config["mounts"]!.AsArray().Add(new JsonObject
    {
        ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = new JsonArray([.. options.Select(static o => JsonValue.Create(o))]),
    });

    private static string Started(Bundle bundle, string id)
    {
        bundle.Write();
        return bundle.Oci("run", "--bundle", bundle.Path, id).ExitCode == 0 ? $"{Loot.Mark}a container \"{id}\"\n" : "";
    }

    /// <summary>What a runtime made of a climbing path below the roots of the trees: the path of the victim, without climbing.</summary>
    private static void RemoveCgroups(Bundle bundle)
    {
        foreach (string tree in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            for (string made = bundle.Beside("victim") + "/made"; made.Length > 1; made = Path.GetDirectoryName(made)!)
            {
                try { Directory.Delete(tree + made); }
                catch (IOException) { /* not there, or others are in it */ }
            }
        }
    }
}
