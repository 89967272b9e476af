using System.Text.Json.Nodes;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Attacks;

internal static partial class AttackList
{
    private const string CgroupMounts = "src/Inro.Runtime/Steps/CgroupMountStep.cs";

    /// <summary>/proc, kernel parameters and cgroups. Values that are written are those that the host has, so that it is the same where a write succeeds.</summary>
    private static IEnumerable<Attack> Procfs() =>
    [
        new()
        {
            Case = 3, Name = "mount over /proc", Known = "CVE-2019-16884", Against = "src/Inro.Runtime/Rootfs/ProcRules.cs",
            Does = "binds a directory on /proc, and files on names in it", Crun = Outcome.Succeeds, Try = static b => Covered(b, ["/proc", "/proc/self/attr", "/proc/version", "/proc/sys/net/ipv4/ip_default_ttl", "/tmp/../proc/version", "//proc/./version"]),
        },
        new()
        {
            Case = 3, Name = "mount over /proc through a link", Known = "CVE-2019-16884", Against = Destinations,
            Does = "the same through a link of the image to /proc", Crun = Outcome.Succeeds,
            Prepare = static b => Link(b, "p", "proc"),
            Try = static b => Covered(b, ["/p/version", "/p/self/attr", "/p/sys/net/ipv4/ip_default_ttl", "/p"]),
        },
        .. from noPivot in (bool[])[false, true] select new Attack
        {
            Case = 15, Name = noPivot ? "bare proc without pivot_root" : "bare proc", Against = "src/Inro.Runtime/Steps/PivotStep.cs", Needs = Needs.UserNamespaces,
            Does = "a masked path is read through a procfs that the container mounts in a user namespace of its own" + (noPivot ? ", after --no-pivot" : ""),
            Prepare = static b => JsonPath.Put(b.Config, "process.user", """{"uid":1000,"gid":1000}"""), // to map root takes a capability
            Try = b => ReadThroughBareProc(b, noPivot ? ["--no-pivot"] : []),
        },
        new()
        {
            Case = 19, Name = "kernel parameters of the host", Against = "src/Inro.Runtime/Steps/SysctlStep.cs",
            Does = "linux.sysctl names parameters that belong to no namespace, plainly and with dots and slashes that climb (written with the value that they have)",
            Try = static b => string.Concat(((string[])["kernel.core_pattern", "kernel/core_pattern", "net/../kernel/core_pattern", "net.ipv4/../../kernel.core_pattern", "vm.overcommit_memory", "kernel.shm_rmid_forced/../core_pattern"]).Select(key => Wrote(b, key))),
        },
        new()
        {
            Case = 19, Name = "network of the host", Against = "src/Inro.Runtime/Steps/SysctlStep.cs",
            Does = "linux.sysctl names a parameter of the network without a network namespace (written with the value that it has)",
            Prepare = static b => Without(b, "network"), Try = static b => Wrote(b, "net.ipv4.ip_default_ttl"), Crun = Outcome.NotTried, // a new sysfs needs one
        },
        new()
        {
            Case = 20, Name = "cgroup files", Against = CgroupMounts, Does = "opens each file of a cgroup mount that says ro for writing, release_agent among them", Try = OpenCgroups,
        },
        new()
        {
            Case = 7, Name = "cgroup files without a cgroup namespace", Known = "CVE-2023-25809", Against = CgroupMounts, Does = "opens each file of a cgroup mount that says ro for writing, in the host's cgroup namespace",
            Prepare = static b => Without(b, "cgroup"), Try = OpenCgroups,
        },
        new()
        {
            Case = 7, Name = "cgroup files in a user namespace", Known = "CVE-2023-25809", Against = CgroupMounts, Needs = Needs.UserNamespaces,
            Does = "the same, as root of a user namespace in the host's cgroup namespace",
            Prepare = static b =>
            {
                Without(b, "cgroup");
                JsonPath.Put(b.Config, "linux.namespaces[]", """{"type":"user"}""");
                foreach (string kind in (string[])["uid", "gid"]) { JsonPath.Put(b.Config, $"linux.{kind}Mappings", """[{"containerID":0,"hostID":0,"size":1000}]"""); }
            },
            Try = OpenCgroups,
        },
        new()
        {
            Case = 23, Name = "mounts that leave a user namespace", Against = "src/Inro.Runtime/Steps/DevicesStep.cs", Needs = Needs.UserNamespaces,
            Does = "on a host whose mounts are shared, root of a user namespace with CAP_SYS_ADMIN mounts on a device and below a mount of its root, for the host to have it too",
            Prepare = ShareMounts, Try = static b => Loot.Run(b, "mount -t tmpfs left /below/x; mount --bind /proc/version /dev/tty; true"),
        },
    ];

    private static void ShareMounts(Bundle bundle)
    {
        JsonPath.Put(bundle.Config, "linux.namespaces[]", """{"type":"user"}""");
        foreach (string kind in (string[])["uid", "gid"]) { JsonPath.Put(bundle.Config, $"linux.{kind}Mappings", """[{"containerID":0,"hostID":0,"size":1000}]"""); }

        foreach (string set in (string[])["bounding", "effective", "permitted"]) { JsonPath.Put(bundle.Config, "process.capabilities." + set, """["CAP_SYS_ADMIN"]"""); }

        string below = Directory.CreateDirectory(bundle.Rootfs + "/below").FullName;
        bundle.Wrapper =
        [
            "unshare", "-m", "--propagation", "private", "sh", "-c",
            $"mount --make-rshared / && mount -t tmpfs own {below} && mkdir {below}/x && \"$@\"; grep -e ' /dev/tty ' -e '/below/x ' /proc/self/mountinfo | sed 's/.*/{Loot.Mark}a mount on the host: &/'", "sh",
        ];
    }

    private static string OpenCgroups(Bundle bundle) => Loot.Run(bundle, "for f in /sys/fs/cgroup/* /sys/fs/cgroup/*/*; do [ -f $f ] && (: >>$f) 2>/dev/null && echo got $f; done; true");

    /// <summary>First without masks, where it must work; then with one.</summary>
    private static string ReadThroughBareProc(Bundle bundle, string[] flags)
    {
        const string Script = "mkdir -p /tmp/p; unshare -U -r -m -p -f sh -c 'mount -t proc proc /tmp/p && grep -q . /tmp/p/uptime && echo got what is masked' 2>/dev/null";
        if (Loot.Run(bundle, Script, flags).Length == 0) { throw new InvalidOperationException("the attack would not work without masks either"); }

        JsonPath.Put(bundle.Config, "linux.maskedPaths", """["/proc/uptime","/proc/kcore"]""");
        return Loot.Run(bundle, Script, flags);
    }

    private static void Without(Bundle bundle, string kind)
    {
        JsonArray namespaces = bundle.Config["linux"]!["namespaces"]!.AsArray();
        namespaces.Remove(namespaces.First(n => n!["type"]!.GetValue<string>() == kind));
    }

    /// <summary>A file and a directory of the test's own are put on each place, one at a time; what is then there is looked at through /proc.</summary>
    private static string Covered(Bundle bundle, string[] places)
    {
        File.WriteAllText(bundle.Beside("false"), "got the place of a file of /proc\n");
        Directory.CreateDirectory(bundle.Beside("fake"));
        foreach (string name in (string[])["version", "current"]) { File.WriteAllText(bundle.Beside("fake/" + name), $"got the place of a directory of /proc ({name})\n"); }

        string got = "";
        foreach (string place in places)
        {
            bool isDirectory = place is "/proc" or "/p" || place.EndsWith("/attr", StringComparison.Ordinal);
            Mount(bundle, place, "bind", bundle.Beside(isDirectory ? "fake" : "false"), "bind");
            got += Loot.Run(bundle, "cat /proc/version /proc/1/attr/current /proc/sys/net/ipv4/ip_default_ttl 2>/dev/null");
            bundle.Config["mounts"]!.AsArray().RemoveAt(bundle.Config["mounts"]!.AsArray().Count - 1);
        }

        return got;
    }

    private static string Wrote(Bundle bundle, string key)
    {
        string path = key.Contains("core_pattern", StringComparison.Ordinal) ? "kernel/core_pattern" : key.Replace('.', '/');
        JsonPath.Put(bundle.Config, "linux.sysctl", new JsonObject { [key] = File.ReadAllText("/proc/sys/" + path).Trim() }.ToJsonString());
        return bundle.Run().ExitCode == 0 ? $"{Loot.Mark}to write {key}\n" : "";
    }
}
