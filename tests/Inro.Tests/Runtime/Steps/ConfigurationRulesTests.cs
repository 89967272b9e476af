using Inro.Runtime;
using Inro.Runtime.Steps;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Steps;

/// <summary>What can be judged from the configuration is judged before anything is made, and the error names the field.</summary>
public sealed class ConfigurationRulesTests
{
    [Fact]
    public void A_plain_configuration_passes() => StepsFixture.Judge(StepsFixture.Request(StepsFixture.Config()));

    [Theory]
    [InlineData("\"oomScoreAdj\": 1001", "process.oomScoreAdj: must be from -1000 to 1000")]
    [InlineData("\"user\": { \"uid\": 0, \"gid\": 0, \"umask\": 512 }", "process.user.umask: must be from 0 to 511")]
    [InlineData("\"rlimits\": [{ \"type\": \"RLIMIT_X\", \"soft\": 1, \"hard\": 1 }]", "process.rlimits[0].type: \"RLIMIT_X\" is not known")]
    [InlineData("\"rlimits\": [{ \"type\": \"RLIMIT_CPU\", \"soft\": 2, \"hard\": 1 }]", "process.rlimits[0]: the soft limit 2 is above")]
    [InlineData("\"rlimits\": [{ \"type\": \"RLIMIT_AS\", \"soft\": 1, \"hard\": 1 }, { \"type\": \"RLIMIT_AS\", \"soft\": 1, \"hard\": 1 }]", "process.rlimits[1].type: RLIMIT_AS is given twice")]
    [InlineData("\"ioPriority\": { \"class\": \"IOPRIO_CLASS_X\", \"priority\": 1 }", "process.ioPriority.class: \"IOPRIO_CLASS_X\" is not known")]
    [InlineData("\"ioPriority\": { \"class\": \"IOPRIO_CLASS_BE\", \"priority\": 8 }", "process.ioPriority.priority: must be from 0 to 7")]
    [InlineData("\"scheduler\": { \"policy\": \"SCHED_X\" }", "process.scheduler.policy: \"SCHED_X\" is not known")]
    [InlineData("\"scheduler\": { \"policy\": \"SCHED_OTHER\", \"nice\": 20 }", "process.scheduler.nice: must be from -20 to 19")]
    [InlineData("\"scheduler\": { \"policy\": \"SCHED_OTHER\", \"priority\": 1 }", "process.scheduler.priority: is for SCHED_FIFO and SCHED_RR")]
    [InlineData("\"scheduler\": { \"policy\": \"SCHED_FIFO\", \"runtime\": 1 }", "process.scheduler: runtime, deadline and period are for SCHED_DEADLINE")]
    [InlineData("\"scheduler\": { \"policy\": \"SCHED_FIFO\", \"flags\": [\"X\"] }", "process.scheduler.flags: \"X\" is not known")]
    [InlineData("\"execCPUAffinity\": { \"initial\": \"0-\" }", "process.execCPUAffinity.initial: \"0-\" is no number or range of numbers")]
    [InlineData("\"execCPUAffinity\": { \"final\": \"3-1\" }", "process.execCPUAffinity.final: \"3-1\" is no number or range of numbers")]
    [InlineData("\"execCPUAffinity\": { \"final\": \"9999\" }", "process.execCPUAffinity.final: \"9999\" is no number or range of numbers up to 8191")]
    [InlineData("\"execCPUAffinity\": { \"final\": \"0,,1\" }", "process.execCPUAffinity.final: \"\" is no number or range of numbers")]
    public void A_wrong_process_is_refused(string process, string message) => Expect(message, process: process);

    [Theory]
    [InlineData("\"timeOffsets\": { \"boottime\": { \"secs\": 1 } }", "linux.timeOffsets: needs a new time namespace")]
    [InlineData("\"sysctl\": { \"net.core.somaxconn\": \"1\" }", "linux.sysctl \"net.core.somaxconn\": needs a network namespace")]
    [InlineData("\"personality\": { \"domain\": \"BSD\" }", "linux.personality.domain: \"BSD\" is not known")]
    [InlineData("\"personality\": { \"domain\": \"LINUX\", \"flags\": [\"X\"] }", "linux.personality.flags: the specification defines none yet")]
    [InlineData("\"memoryPolicy\": { \"mode\": \"MPOL_X\" }", "linux.memoryPolicy.mode: \"MPOL_X\" is not known")]
    [InlineData("\"memoryPolicy\": { \"mode\": \"MPOL_BIND\" }", "linux.memoryPolicy.nodes: MPOL_BIND needs some")]
    [InlineData("\"memoryPolicy\": { \"mode\": \"MPOL_LOCAL\", \"nodes\": \"0\" }", "linux.memoryPolicy.nodes: MPOL_LOCAL takes none")]
    [InlineData("\"memoryPolicy\": { \"mode\": \"MPOL_BIND\", \"nodes\": \"x\" }", "linux.memoryPolicy.nodes: \"x\" is no number")]
    [InlineData("\"memoryPolicy\": { \"mode\": \"MPOL_BIND\", \"nodes\": \"0\", \"flags\": [\"X\"] }", "linux.memoryPolicy.flags: \"X\" is not known")]
    [InlineData("\"maskedPaths\": [\"/a\", \"/\\u0000\"]", "linux.maskedPaths[1]: a path cannot hold a zero byte")]
    [InlineData("\"devices\": [{ \"type\": \"x\", \"path\": \"/dev/x\" }]", "linux.devices[0].type: \"x\" is not one of c, u, b, p")]
    [InlineData("\"netDevices\": { \"eth0\": {} }", "linux.netDevices: needs a network namespace of the container's own")]
    [InlineData("\"seccomp\": { \"defaultAction\": \"SCMP_ACT_ALLOW\", \"listenerMetadata\": \"x\" }", "linux.seccomp.listenerMetadata: is for linux.seccomp.listenerPath")]
    [InlineData("\"seccomp\": { \"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{ \"names\": [\"read\"], \"action\": \"SCMP_ACT_NOTIFY\" }] }", "linux.seccomp.listenerPath: is required with SCMP_ACT_NOTIFY")]
    [InlineData("\"rootfsPropagation\": \"x\"", "linux.rootfsPropagation: \"x\" is not one of")]
    public void Wrong_fields_of_linux_are_refused(string linux, string message) => Expect(message, linux: linux);

    [Fact]
    public void A_zero_byte_in_the_path_of_the_root_is_refused()
    {
        var request = new LaunchRequest { Id = "a", Bundle = "/b", Config = new RuntimeConfig { OciVersion = "1.0.0", Root = new RootConfig { Path = "a\0b" }, Process = new ProcessConfig { Args = ["x"], Cwd = "/" } } };

        Assert.Equal("root.path: a path cannot hold a zero byte", Assert.Throws<RuntimeException>(() => ConfigurationRules.Check(request)).Message);
    }

    [Theory]
    [InlineData("\"hostname\": \"x\"", "hostname: needs a UTS namespace")]
    [InlineData("\"domainname\": \"x\"", "domainname: needs a UTS namespace")]
    [InlineData("\"hooks\": { \"prestart\": [{ \"path\": \"bin/x\" }] }", "hooks.prestart[0].path: \"bin/x\" is not absolute")]
    [InlineData("\"hooks\": { \"poststop\": [{ \"path\": \"/x\" }, { \"path\": \"y\" }] }", "hooks.poststop[1].path: \"y\" is not absolute")]
    [InlineData("\"hooks\": { \"startContainer\": [{ \"path\": \"/x\", \"args\": [\"\\u0000\"] }] }", "hooks.startContainer[0]: arguments, environment and path cannot hold a zero byte")]
    [InlineData("\"mounts\": [{ \"destination\": \"\", \"type\": \"tmpfs\" }]", "mounts[0].destination: is required")]
    [InlineData("\"mounts\": [{ \"destination\": \"/a\", \"type\": \"tmpfs\", \"options\": [\"a\\u0000b\"] }]", "mounts[0]: source, type and options cannot hold a zero byte")]
    [InlineData("\"mounts\": [{ \"destination\": \"/a\", \"type\": \"ramfs\", \"options\": [\"tmpcopyup\"] }]", "mounts[0].options: tmpcopyup is for a tmpfs")]
    [InlineData("\"mounts\": [{ \"destination\": \"/a\", \"type\": \"tmpfs\", \"options\": [\"idmap\"] }]", "mounts[0].options: ids can be mapped on a bind mount only")]
    [InlineData("\"mounts\": [{ \"destination\": \"/a\", \"source\": \"/\", \"options\": [\"bind\"], \"uidMappings\": [{ \"containerID\": 0, \"hostID\": 1, \"size\": 1 }] }]", "mounts[0].gidMappings: a new user namespace needs at least one mapping")]
    [InlineData("\"mounts\": [{ \"destination\": \"/a\", \"source\": \"/\", \"options\": [\"bind\"], \"uidMappings\": [{ \"containerID\": 0, \"hostID\": 1, \"size\": 0 }] }]", "mounts[0].uidMappings: the range 0 1 0 is empty")]
    public void Wrong_fields_of_the_document_are_refused(string top, string message) => Expect(message, top: top);

    [Fact]
    public void A_namespace_to_join_has_an_absolute_path()
    {
        var config = StepsFixture.Config();
        config = config with { Linux = config.Linux! with { Namespaces = [.. config.Linux!.Namespaces, new("network", "run/netns/x")] } }; // Config gives it

        RuntimeException failure = Assert.Throws<RuntimeException>(() => StepsFixture.Judge(StepsFixture.Request(config)));

        Assert.StartsWith("linux.namespaces[3].path: \"run/netns/x\" is not absolute", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_namespace_has_a_root()
    {
        var config = StepsFixture.Config();
        config = config with { Linux = config.Linux! with { GidMappings = [new(1, 100000, 10)] } }; // Config gives it

        RuntimeException failure = Assert.Throws<RuntimeException>(() => StepsFixture.Judge(StepsFixture.Request(config)));

        Assert.Equal("linux.gidMappings: the container's id 0 must be mapped", failure.Message);
    }

    [Fact]
    public void Unknown_capabilities_are_told_and_left_out()
    {
        List<string> warnings = [];
        var config = StepsFixture.Config(process: "\"capabilities\": { \"bounding\": [\"CAP_KILL\", \"CAP_NEW\"] }");

        string operations = StepsFixture.Explain(StepsFixture.Request(config) with { Warn = warnings.Add });

        Assert.Equal(["process.capabilities.bounding: ignoring unknown capabilities: CAP_NEW"], warnings);
        Assert.DoesNotContain("drop CAP_KILL", operations, StringComparison.Ordinal);
        Assert.Contains("drop CAP_CHOWN", operations, StringComparison.Ordinal);
    }

    private static void Expect(string message, string process = "", string linux = "", string top = "")
    {
        LaunchRequest request = StepsFixture.Request(StepsFixture.Config(process, linux, top));

        RuntimeException failure = Assert.Throws<RuntimeException>(() => StepsFixture.Judge(request));

        Assert.Equal(RuntimeError.InvalidConfiguration, failure.Error);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }
}
