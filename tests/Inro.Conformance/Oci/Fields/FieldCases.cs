using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Fields;

/// <summary>The cases, by what they are about.</summary>
internal static partial class FieldCases
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FieldCase> All { get; } =
        [.. General(), .. Mounts(), .. Process(), .. Schedule(), .. Hooks(), .. Namespaces(), .. Devices(), .. Limits(), .. BlockIo(), .. Absent(), .. Host(), .. Seccomp(), .. Paths()];

    private static FieldCase Case(string field, string script, string shows, params (string Path, string Json)[] config) =>
        new() { Fields = [field], Config = config, Script = script, Shows = shows };

    private static FieldCase Case(string[] fields, string script, string shows, params (string Path, string Json)[] config) =>
        new() { Fields = fields, Config = config, Script = script, Shows = shows };

    /// <summary>A field that this machine cannot apply: it is refused by its name, or said to be left out, never passed over in silence.</summary>
    private static FieldCase Told(string field, string says, params (string Path, string Json)[] config) => new()
    {
        Fields = [field], Config = config, Script = "true", Shows = says,
        Look = static bundle => FieldCase.Output(bundle.Run()) + (File.Exists(bundle.Log) ? File.ReadAllText(bundle.Log) : ""),
    };

    private static IEnumerable<FieldCase> General() =>
    [
        Case("ociVersion", "true", "\"3.1.4\" is not 1.x", ("ociVersion", "\"3.1.4\"")),
        Case("root.path", "cat /marker", "the root\n", ("root.path", "\"rootfs\"")) with { Prepare = static b => File.WriteAllText(b.Rootfs + "/marker", "the root\n") },
        Case("root.readonly", "touch /x; touch /dev/x && echo writable elsewhere", "touch: /x: Read-only file system\nwritable elsewhere", ("root.readonly", "true")) with { Look = static b => Sorted(b.Run()) },
        Case("hostname", "hostname", "box-of-the-test\n", ("hostname", "\"box-of-the-test\"")),
        Case("domainname", "cat /proc/sys/kernel/domainname", "example.test\n", ("domainname", "\"example.test\"")),
        new() { Fields = ["annotations{}"], Config = [("annotations", """{"org.example.key":"its value"}""")], Shows = "\"org.example.key\": \"its value\"", Look = StateOfCreated },
    ];

    /// <summary>What the program said of its failures first, then the rest: the two come through different pipes.</summary>
    private static string Sorted(ToolResult result) => result.Error + result.Output;

    private static string StateOfCreated(Bundle bundle)
    {
        bundle.Create().Ok();
        return bundle.Oci("state", bundle.Id).Ok().Output;
    }

    private static IEnumerable<FieldCase> Mounts()
    {
        const string Bound = """{"destination":"/put/here","type":"bind","source":"@BUNDLE@/given","options":["bind","ro","noexec"]}""";
        static void Give(Bundle bundle)
        {
            Directory.CreateDirectory(bundle.Path + "/given");
            File.WriteAllText(bundle.Path + "/given/file", "given\n");
        }

        yield return Case(["mounts[].destination", "mounts[].source"], "cat /put/here/file", "given\n", ("mounts[]", Bound)) with { Prepare = Give };
        yield return Case("mounts[].options[]", "touch /put/here/x; grep ' /put/here ' /proc/self/mountinfo | cut -d' ' -f6", "Read-only", ("mounts[]", Bound)) with { Prepare = Give };
        yield return Case("mounts[].type", "grep ' /put/here ' /proc/self/mountinfo | grep -o 'ramfs ramfs'", "ramfs ramfs",
            ("mounts[]", """{"destination":"/put/here","type":"ramfs","source":"ramfs"}"""));
        const string Mapped = """
            {"destination":"/put/here","type":"bind","source":"@BUNDLE@/given","options":["bind","idmap"],
             "uidMappings":[{"containerID":0,"hostID":1234,"size":3}],"gidMappings":[{"containerID":0,"hostID":4321,"size":2}]}
            """;
        yield return Case(
            ["mounts[].uidMappings[].containerID", "mounts[].uidMappings[].hostID", "mounts[].uidMappings[].size", "mounts[].gidMappings[].containerID", "mounts[].gidMappings[].hostID", "mounts[].gidMappings[].size"],
            "stat -c %u:%g /put/here/file", "1234:4321\n", ("mounts[]", Mapped)) with { Prepare = Give, Needs = Needs.IdmappedMounts };
    }

    private static IEnumerable<FieldCase> Paths() =>
    [
        Case("linux.maskedPaths[]", "test -d /covered && test ! -e /covered/file && echo masked", "masked\n", ("linux.maskedPaths", "[\"/covered\"]")) with { Prepare = CoveredFile },
        Case("linux.readonlyPaths[]", "touch /covered/x", "Read-only", ("linux.readonlyPaths", "[\"/covered\"]")) with { Prepare = CoveredFile },
        Case("linux.rootfsPropagation", "grep ' / / \\| /.* / ' /proc/self/mountinfo | grep -o shared:", "shared:", ("linux.rootfsPropagation", "\"shared\"")),
        Case("linux.sysctl{}", "cat /proc/sys/net/ipv4/ip_default_ttl", "47\n", ("linux.sysctl", """{"net.ipv4.ip_default_ttl":"47"}""")),
    ];

    private static void CoveredFile(Bundle bundle)
    {
        Directory.CreateDirectory(bundle.Rootfs + "/covered");
        File.WriteAllText(bundle.Rootfs + "/covered/file", "");
    }
}
