using System.Text;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Spec.Runtime;

/// <summary>Every field of the specification survives reading and writing, and every error names its field.</summary>
public sealed class RuntimeConfigTests
{
    /// <summary>One document that holds every field of the Linux schemas (runtime-spec 1.3).</summary>
    private const string Everything = """
        {"ociVersion":"1.3.0","process":{"terminal":true,"consoleSize":{"height":24,"width":80},
        "user":{"uid":1,"gid":2,"umask":18,"additionalGids":[3,4],"username":"u"},"args":["a","b"],"env":["X=1"],"cwd":"/w",
        "capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_CHOWN"],"inheritable":["CAP_FOWNER"],"permitted":["CAP_SETUID"],"ambient":["CAP_SETGID"]},
        "rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":10}],"noNewPrivileges":true,"oomScoreAdj":-5,
        "apparmorProfile":"aa","selinuxLabel":"se","ioPriority":{"class":"IOPRIO_CLASS_IDLE","priority":4},
        "scheduler":{"policy":"SCHED_BATCH","nice":5,"priority":0,"flags":["SCHED_FLAG_RESET_ON_FORK"],"runtime":1,"deadline":2,"period":3},
        "execCPUAffinity":{"initial":"0","final":"1-2"}},
        "root":{"path":"rootfs","readonly":true},"hostname":"h","domainname":"d",
        "mounts":[{"destination":"/m","type":"bind","source":"/s","options":["ro","rbind"],
        "uidMappings":[{"containerID":0,"hostID":1,"size":2}],"gidMappings":[{"containerID":3,"hostID":4,"size":5}]}],
        "hooks":{"prestart":[{"path":"/1","args":["1","x"],"env":["A=b"],"timeout":3}],"createRuntime":[{"path":"/2"}],"createContainer":[{"path":"/3"}],
        "startContainer":[{"path":"/4"}],"poststart":[{"path":"/5"}],"poststop":[{"path":"/6"}]},
        "annotations":{"k":"v"},
        "linux":{"namespaces":[{"type":"pid"},{"type":"network","path":"/n"}],
        "uidMappings":[{"containerID":0,"hostID":1000,"size":10}],"gidMappings":[{"containerID":0,"hostID":2000,"size":20}],
        "timeOffsets":{"monotonic":{"secs":-1,"nanosecs":2},"boottime":{"secs":3,"nanosecs":4}},
        "devices":[{"type":"c","path":"/dev/x","major":1,"minor":2,"fileMode":438,"uid":5,"gid":6}],
        "netDevices":{"eth7":{"name":"e0"}},"cgroupsPath":"/c",
        "resources":{"devices":[{"allow":true,"type":"c","major":1,"minor":3,"access":"rw"}],
        "memory":{"limit":1,"reservation":2,"swap":3,"kernel":4,"kernelTCP":5,"swappiness":6,"disableOOMKiller":true,"useHierarchy":true,"checkBeforeUpdate":true},
        "cpu":{"shares":1,"quota":-1,"burst":2,"period":3,"realtimeRuntime":4,"realtimePeriod":5,"cpus":"0","mems":"0","idle":1},
        "pids":{"limit":7},
        "blockIO":{"weight":10,"leafWeight":11,"weightDevice":[{"major":1,"minor":2,"weight":3,"leafWeight":4}],
        "throttleReadBpsDevice":[{"major":1,"minor":2,"rate":3}],"throttleWriteBpsDevice":[{"major":1,"minor":2,"rate":4}],
        "throttleReadIOPSDevice":[{"major":1,"minor":2,"rate":5}],"throttleWriteIOPSDevice":[{"major":1,"minor":2,"rate":6}]},
        "hugepageLimits":[{"pageSize":"2MB","limit":9}],"network":{"classID":1,"priorities":[{"name":"eth0","priority":2}]},
        "rdma":{"mlx":{"hcaHandles":1,"hcaObjects":2}},"unified":{"memory.high":"1"}},
        "rootfsPropagation":"slave",
        "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"architectures":["SCMP_ARCH_X86"],"flags":["SECCOMP_FILTER_FLAG_LOG"],
        "listenerPath":"/l","listenerMetadata":"m",
        "syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","errnoRet":2,"args":[{"index":1,"value":2,"valueTwo":3,"op":"SCMP_CMP_EQ"}]}]},
        "sysctl":{"net.ipv4.ip_forward":"1"},"maskedPaths":["/proc/kcore"],"readonlyPaths":["/proc/sys"],"mountLabel":"ml",
        "intelRdt":{"closID":"c","schemata":["L3:0=f"],"l3CacheSchema":"L3","memBwSchema":"MB:0=1","enableMonitoring":true},
        "memoryPolicy":{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_STATIC_NODES"]},
        "personality":{"domain":"LINUX32","flags":["x"]}}}
        """;

    [Fact]
    public void Every_field_is_read_and_written_again()
    {
        RuntimeConfig config = Read(Everything);
        byte[] written = RuntimeConfigWriter.Write(config);

        using var expected = System.Text.Json.JsonDocument.Parse(Everything);
        using var actual = System.Text.Json.JsonDocument.Parse(written);
        Assert.Empty(Differences("", expected.RootElement, actual.RootElement));
    }

    [Theory]
    [InlineData("""{"ociVersion":1}""", "ociVersion: expected a string, found the number 1")]
    [InlineData("""{}""", "ociVersion: is required")]
    [InlineData("""{"ociVersion":"1","process":{}}""", "process.cwd: is required")]
    [InlineData("""{"ociVersion":"1","linux":{"namespaces":[{"type":"pid"},{"type":7}]}}""", "linux.namespaces[1].type: expected a string, found the number 7")]
    [InlineData("""{"ociVersion":"1","linux":{"namespaces":[{}]}}""", "linux.namespaces[0].type: is required")]
    [InlineData("""{"ociVersion":"1","process":{"cwd":"/","cwd":"/x"}}""", "process.cwd: is given twice")]
    [InlineData("""{"ociVersion":"1","process":{"cw\u0064":"/","cwd":"/x"}}""", "process.cwd: is given twice")]
    [InlineData("""{"ociVersion":"1","annotations":{"a":"1","a":"2"}}""", "annotations.a: is given twice")]
    [InlineData("""{"ociVersion":"1","process":{"cwd":"/","user":{"uid":-1}}}""", "process.user.uid: expected a whole number from 0 to 4294967295, found the number -1")]
    [InlineData("""{"ociVersion":"1","process":{"cwd":"/","user":{"uid":4294967296}}}""", "process.user.uid: expected a whole number from 0 to 4294967295, found the number 4294967296")]
    [InlineData("""{"ociVersion":"1","mounts":{}}""", "mounts: expected an array, found an object")]
    [InlineData("""{"ociVersion":"1"} x""", "something follows the document")]
    [InlineData("""{"ociVersion":"1","root":{"path":"a" """, "root.path: not valid JSON at line 1, byte 38")]
    public void Errors_name_the_field(string document, string message)
    {
        var e = Assert.Throws<RuntimeConfigException>(() => Read(document));
        Assert.Equal(message, e.Message);
    }

    [Fact]
    public void Null_counts_as_absent_and_unknown_fields_are_passed_over()
    {
        RuntimeConfig config = Read("""{"ociVersion":"1.0.2","process":null,"x":{"y":[1,{"z":2}]},"linux":{"seccomp":null}}""");
        Assert.Null(config.Process);
        Assert.Null(config.Linux!.Seccomp);
    }

    [Fact]
    public void A_document_that_nests_too_deep_is_refused()
    {
        string deep = """{"ociVersion":"1","x":""" + new string('[', 100) + new string(']', 100) + "}";
        Assert.Throws<RuntimeConfigException>(() => Read(deep));
    }

    private static RuntimeConfig Read(string document) => RuntimeConfigReader.Read(Encoding.UTF8.GetBytes(document));

    private static IEnumerable<string> Differences(string path, System.Text.Json.JsonElement expected, System.Text.Json.JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind) { return [$"{path}: {actual.ValueKind}"]; }

        return expected.ValueKind switch
        {
            System.Text.Json.JsonValueKind.Object => expected.EnumerateObject().SelectMany(p =>
                actual.TryGetProperty(p.Name, out var other) ? Differences($"{path}.{p.Name}", p.Value, other) : [$"{path}.{p.Name}: missing"])
                .Concat(actual.EnumerateObject().Count() == expected.EnumerateObject().Count() ? [] : [$"{path}: other fields"]),
            System.Text.Json.JsonValueKind.Array => expected.GetArrayLength() != actual.GetArrayLength() ? [$"{path}: length"]
                : expected.EnumerateArray().Zip(actual.EnumerateArray()).SelectMany((p, i) => Differences($"{path}[{i}]", p.First, p.Second)),
            _ => string.Equals(expected.GetRawText(), actual.GetRawText(), StringComparison.Ordinal) ? [] : [$"{path}: {actual.GetRawText()}"],
        };
    }
}
