using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Fields;

internal static partial class FieldCases
{
    private static bool IsPureV2 => File.Exists("/sys/fs/cgroup/cgroup.controllers");

    /// <summary>A limit that the container reads in its own cgroup.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="resources">Value of linux.resources.</param>
    /// <param name="first">File of a v1 controller, as <c>controller/file</c>, and its content; null where v1 has none.</param>
    /// <param name="second">The same for v2.</param>
    private static FieldCase Limit(string[] fields, string resources, (string File, string Shows)? first, (string File, string Shows)? second)
    {
        (string, string) documented = ($"the cgroup's file: v1 {Named(first)}, v2 {Named(second)}", $"`{(first ?? second)!.Value.Shows.Trim()}`");
        if ((IsPureV2 ? second : first) is not { } there)
        {
            return Told(fields[0], fields[0].Split("[]")[0], ("linux.resources", resources)) with { Fields = fields, Documented = documented };
        }

        string path = IsPureV2 ? there.File : there.File.Replace(":", "/", StringComparison.Ordinal);
        return Case(fields, $"cat /sys/fs/cgroup/{path}", there.Shows, ("linux.resources", resources)) with { Documented = documented };
    }

    private static string Named((string File, string Shows)? file) => file is { } there ? $"`{there.File[(there.File.IndexOf(':', StringComparison.Ordinal) + 1)..]}`" : "has none, and says so";

    private static IEnumerable<FieldCase> Limits()
    {
        yield return Limit(["linux.resources.memory.limit"], """{"memory":{"limit":67108864}}""", ("memory:memory.limit_in_bytes", "67108864\n"), ("memory.max", "67108864\n"));
        yield return Limit(["linux.resources.memory.reservation"], """{"memory":{"reservation":33554432}}""", ("memory:memory.soft_limit_in_bytes", "33554432\n"), ("memory.low", "33554432\n"));
        yield return Limit(["linux.resources.memory.swap"], """{"memory":{"limit":67108864,"swap":100663296}}""", ("memory:memory.memsw.limit_in_bytes", "100663296\n"), ("memory.swap.max", "33554432\n"));
        yield return Limit(["linux.resources.memory.kernelTCP"], """{"memory":{"kernelTCP":16777216}}""", ("memory:memory.kmem.tcp.limit_in_bytes", "16777216\n"), null);
        yield return Limit(["linux.resources.memory.swappiness"], """{"memory":{"swappiness":17}}""", ("memory:memory.swappiness", "17\n"), null);
        yield return Limit(["linux.resources.memory.disableOOMKiller"], """{"memory":{"disableOOMKiller":true}}""", ("memory:memory.oom_control", "oom_kill_disable 1\n"), null);
        yield return Limit(["linux.resources.pids.limit"], """{"pids":{"limit":77}}""", ("pids:pids.max", "77\n"), ("pids.max", "77\n"));
        yield return Limit(["linux.resources.cpu.shares"], """{"cpu":{"shares":512}}""", ("cpu:cpu.shares", "512\n"), ("cpu.weight", "59\n"));
        yield return Limit(["linux.resources.cpu.quota"], """{"cpu":{"quota":55000}}""", ("cpu:cpu.cfs_quota_us", "55000\n"), ("cpu.max", "55000 100000\n"));
        yield return Limit(["linux.resources.cpu.period"], """{"cpu":{"quota":55000,"period":66000}}""", ("cpu:cpu.cfs_period_us", "66000\n"), ("cpu.max", "55000 66000\n"));
        yield return Limit(["linux.resources.cpu.burst"], """{"cpu":{"quota":55000,"burst":20000}}""", ("cpu:cpu.cfs_burst_us", "20000\n"), ("cpu.max.burst", "20000\n"));
        yield return Limit(["linux.resources.cpu.idle"], """{"cpu":{"idle":1}}""", ("cpu:cpu.idle", "1\n"), ("cpu.idle", "1\n"));
        yield return Limit(["linux.resources.cpu.realtimeRuntime"], """{"cpu":{"realtimeRuntime":4000}}""", ("cpu:cpu.rt_runtime_us", "4000\n"), null);
        yield return Limit(["linux.resources.cpu.realtimePeriod"], """{"cpu":{"realtimePeriod":500000}}""", ("cpu:cpu.rt_period_us", "500000\n"), null);
        yield return Limit(["linux.resources.cpu.cpus"], """{"cpu":{"cpus":"0"}}""", ("cpuset:cpuset.cpus", "0\n"), ("cpuset.cpus", "0\n"));
        yield return Case("linux.resources.cpu.mems", "true", "7,9", ("linux.resources", """{"cpu":{"mems":"7,9"}}"""));
        yield return Limit(["linux.resources.unified{}"], """{"unified":{"cgroup.max.depth":"7"}}""", ("unified:cgroup.max.depth", "7\n"), ("cgroup.max.depth", "7\n"));
        yield return Case("linux.cgroupsPath", "cat /proc/self/cgroup", "/a-place/of-its-own\n", ("linux.cgroupsPath", "\"/@ID@/a-place/of-its-own\"")) with { Prepare = WithoutCgroupNamespace };
        yield return Case("linux.resources.memory.checkBeforeUpdate", "head -c 30000000 /dev/zero | tail -c 30000000 | sleep 30", "checkBeforeUpdate forbids that",
            ("linux.resources", """{"memory":{"limit":67108864,"checkBeforeUpdate":true}}""")) with { Look = UpdateBelowUse };
        foreach (FieldCase rule in DeviceRules()) { yield return rule; }
    }

    private static void WithoutCgroupNamespace(Bundle bundle)
    {
        System.Text.Json.Nodes.JsonArray namespaces = bundle.Config["linux"]!["namespaces"]!.AsArray();
        namespaces.Remove(namespaces.First(n => (string?)n!["type"] == "cgroup"));
    }

    /// <summary>A limit below what is in use is refused when the configuration asks to look first.</summary>
    private static string UpdateBelowUse(Bundle bundle)
    {
        bundle.Detach().Ok();
        string resources = bundle.Path + "/less.json";
        bool looks = bundle.Config["linux"]!["resources"]!["memory"]!["checkBeforeUpdate"] is not null;
        File.WriteAllText(resources, looks ? """{"memory":{"limit":1048576,"checkBeforeUpdate":true}}""" : """{"memory":{"limit":1048576}}""");
        Thread.Sleep(300); // until the script holds its memory
        return FieldCase.Output(bundle.Oci("update", "--resources", resources, bundle.Id));
    }

    private static IEnumerable<FieldCase> DeviceRules()
    {
        const string Rules = """{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":10,"minor":237,"access":"rm"}]}""";
        string[] fields = ["allow", "type", "major", "minor", "access"];
        string[] names = [.. fields.Select(static f => "linux.resources.devices[]." + f)];
        (string, string) documented = ("v1: the cgroup's list; v2: what mknod and open are answered", "`c 10:237 rm`");
        if (!IsPureV2)
        {
            yield return Limit(names, Rules, ("devices:devices.list", "c 10:237 rm\n"), null) with { Documented = documented };
            yield break;
        }

        yield return Case(names, "mknod /tmp/a c 10 237; mknod /tmp/b c 10 238; mknod /tmp/c b 10 237; mknod /tmp/d c 200 237; for f in a b c d; do (: </tmp/$f) 2>&1 | grep -c 'not permitted'; done; (: >/tmp/a) 2>&1 | grep -c 'not permitted'",
            "0\n1\n1\n1\n1\n", ("linux.resources", Rules)) with { Look = static b => b.Run().Output, Documented = documented };
    }

    private static IEnumerable<FieldCase> Devices()
    {
        const string Device = """[{"path":"/dev/some/where","type":"c","major":10,"minor":237,"fileMode":416,"uid":12,"gid":34}]""";
        string[] fields = ["path", "type", "major", "minor", "fileMode", "uid", "gid"];
        yield return Case([.. fields.Select(static f => "linux.devices[]." + f)], "stat -c '%F %t:%T %a %u %g' /dev/some/where", "character special file a:ed 640 12 34\n", ("linux.devices", Device));
    }

    private static IEnumerable<FieldCase> BlockIo()
    {
        string number = File.ReadLines("/proc/partitions").Skip(2).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static w => !w[3].StartsWith("loop", StringComparison.Ordinal) && !w[3].StartsWith("ram", StringComparison.Ordinal)).Select(static w => $"{w[0]}:{w[1]}").First();
        string[] parts = number.Split(':');
        (string Field, string First, string Second)[] throttles =
        [
            ("throttleReadBpsDevice", "read_bps_device", "rbps=1234567"), ("throttleWriteBpsDevice", "write_bps_device", "wbps=1234567"),
            ("throttleReadIOPSDevice", "read_iops_device", "riops=1234567"), ("throttleWriteIOPSDevice", "write_iops_device", "wiops=1234567"),
        ];
        foreach ((string field, string first, string second) in throttles)
        {
            yield return Limit(
                [$"linux.resources.blockIO.{field}[].major", $"linux.resources.blockIO.{field}[].minor", $"linux.resources.blockIO.{field}[].rate"],
                $$$"""{"blockIO":{"{{{field}}}":[{"major":{{{parts[0]}}},"minor":{{{parts[1]}}},"rate":1234567}]}}""",
                ($"blkio:blkio.throttle.{first}", $"{number} 1234567\n"), ("io.max", second)) with { Documented = ($"the cgroup's file: v1 `blkio.throttle.{first}`, v2 `io.max`", $"`MAJOR:MINOR 1234567`, `{second}`") };
        }
    }

    private static FieldCase AppArmor()
    {
        const string Profile = "inro-field-test";
        FieldCase there = File.Exists("/sys/kernel/security/apparmor/profiles")
            ? Case("process.apparmorProfile", "cat /proc/self/attr/current", Profile + " (enforce)", ("process.apparmorProfile", $"\"{Profile}\"")) with { Prepare = b => LoadProfile(b, Profile) }
            : Told("process.apparmorProfile", "process.apparmorProfile", ("process.apparmorProfile", $"\"{Profile}\""));
        return there with { Documented = ("`cat /proc/self/attr/current`; refused where the kernel has no AppArmor", $"`{Profile} (enforce)`") };
    }

    private static void LoadProfile(Bundle bundle, string name)
    {
        File.WriteAllText(bundle.Path + "/profile", $"profile {name} flags=(attach_disconnected) {{ file, capability, network, mount, umount, pivot_root, signal, ptrace, unix, }}\n");
        Tool.Run("apparmor_parser", ["-r", "-K", bundle.Path + "/profile"], TimeSpan.FromSeconds(60)).Ok();
    }

    /// <summary>What this kernel has no means for is refused, and the field is named.</summary>
    private static IEnumerable<FieldCase> Absent()
    {
        (string Field, string Resources)[] refused =
        [
            ("linux.resources.blockIO.leafWeight", """{"blockIO":{"leafWeight":300}}"""),
            ("linux.resources.rdma{}.hcaHandles", """{"rdma":{"mlx5_1":{"hcaHandles":3}}}"""),
            ("linux.resources.rdma{}.hcaObjects", """{"rdma":{"mlx5_1":{"hcaObjects":3}}}"""),
            ("linux.resources.memory.kernel", """{"memory":{"kernel":16777216}}"""),
            ("linux.resources.memory.useHierarchy", """{"memory":{"useHierarchy":true}}"""),
        ];
        foreach ((string field, string resources) in refused)
        {
            yield return Told(field, field.Split("{}")[0], ("linux.resources", resources));
        }

        (string, string) weighed = ("the cgroup's file: v1 `blkio.bfq.weight`, v2 `io.bfq.weight`, or `io.weight` where there is no BFQ", "`300`, `2930`");
        yield return IsPureV2
            ? Case("linux.resources.blockIO.weight", "cat /sys/fs/cgroup/io.bfq.weight /sys/fs/cgroup/io.weight 2>/dev/null", "30", ("linux.resources", """{"blockIO":{"weight":300}}""")) with { Documented = weighed }
            : Limit(["linux.resources.blockIO.weight"], """{"blockIO":{"weight":300}}""", ("blkio:blkio.bfq.weight", "300\n"), null) with { Documented = weighed };
        yield return Told("linux.resources.blockIO.weightDevice[].leafWeight", IsPureV2 ? "weightDevice[].leafWeight is set" : "blkio.leaf_weight_device", ("linux.resources", """{"blockIO":{"weightDevice":[{"major":8,"minor":0,"leafWeight":200}]}}"""))
            with { Documented = ("what is said where blkio has no leaf weights, and on v2", "`blkio.leaf_weight_device`, `weightDevice[].leafWeight is set`") };
        string[] weights = ["major", "minor", "weight"];
        yield return Told("linux.resources.blockIO.weightDevice[].weight", IsPureV2 ? "8:77 2930" : "= 8:77 300", ("linux.resources", """{"blockIO":{"weightDevice":[{"major":8,"minor":77,"weight":300}]}}"""))
            with
            {
                Fields = [.. weights.Select(static w => "linux.resources.blockIO.weightDevice[]." + w)],
                Documented = ("what the kernel refused, there being no such device", "v1 `8:77 300`, v2 `8:77 2930`"),
            };
        string[] huge = ["linux.resources.hugepageLimits[].limit", "linux.resources.hugepageLimits[].pageSize"];
        yield return Limit(huge, """{"hugepageLimits":[{"pageSize":"2MB","limit":4194304}]}""", ("unified:hugetlb.2MB.max", "4194304\n"), ("hugetlb.2MB.max", "4194304\n"));
        foreach ((string field, string value) in ((string, string)[])
        [
            ("closID", "\"guaranteed\""), ("schemata[]", "[\"L3:0=f\"]"), ("l3CacheSchema", "\"L3:0=f\""), ("memBwSchema", "\"MB:0=50\""), ("enableMonitoring", "true"),
        ])
        {
            yield return Told("linux.intelRdt." + field, "linux.intelRdt." + field.Replace("[]", "", StringComparison.Ordinal), ("linux.intelRdt." + field.Replace("[]", "", StringComparison.Ordinal), value));
        }

        yield return Told("linux.mountLabel", "linux.mountLabel", ("linux.mountLabel", "\"system_u:object_r:container_file_t:s0\""));
        yield return AppArmor();
    }
}
