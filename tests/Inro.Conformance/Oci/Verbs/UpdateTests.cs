using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

public sealed class UpdateTests
{
    [KernelFact(Bundle.Usual | Needs.CgroupV1)]
    public void Flags_change_the_limits_that_hold()
    {
        using Bundle bundle = BundleVerbs.Sleeping(static b => JsonPath.Put(b.Config, "linux.resources", """{ "memory": { "limit": 67108864 }, "pids": { "limit": 50 } }"""));
        Assert.SkipUnless(BundleVerbs.IsLegacy("memory"), "needs the controllers in v1 trees");

        bundle.Oci("update", "--memory", "32m", "--memory-reservation=16m", "--cpu-share", "512", "--cpu-period", "50000", "--cpu-quota=25000", "--cpuset-cpus", "0", "--pids-limit", "20", bundle.Id).Ok();

        Assert.Equal("33554432", Value(bundle, "memory", "memory.limit_in_bytes"));
        Assert.Equal("16777216", Value(bundle, "memory", "memory.soft_limit_in_bytes"));
        Assert.Equal("512", Value(bundle, "cpu", "cpu.shares"));
        Assert.Equal(("50000", "25000"), (Value(bundle, "cpu", "cpu.cfs_period_us"), Value(bundle, "cpu", "cpu.cfs_quota_us")));
        Assert.Equal("0", Value(bundle, "cpuset", "cpuset.cpus"));
        Assert.Equal("20", Value(bundle, "pids", "pids.max"));
        bundle.Oci("update", bundle.Id, "--pids-limit=-1", "--cpu-idle", "1").Ok();
        Assert.Equal(("max", "1", "33554432"), (Value(bundle, "pids", "pids.max"), Value(bundle, "cpu", "cpu.idle"), Value(bundle, "memory", "memory.limit_in_bytes")));
    }

    [KernelFact(Bundle.Usual | Needs.CgroupV1)]
    public void A_file_goes_before_flags_and_can_be_standard_input()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        Assert.SkipUnless(BundleVerbs.IsLegacy("pids"), "needs the controller in a v1 tree");
        File.WriteAllText(bundle.Path + "/limits.json", """{ "pids": { "limit": 33 } }""");

        bundle.Oci("update", "--resources", bundle.Path + "/limits.json", "--pids-limit", "44", bundle.Id).Ok();
        Assert.Equal("33", Value(bundle, "pids", "pids.max"));

        bundle.Wrapper = ["/bin/sh", "-c", """echo '{ "pids": { "limit": 55 } }' | "$@" """, "sh"];
        bundle.Oci("update", "-r", "-", bundle.Id).Ok();
        bundle.Wrapper = [];
        Assert.Equal("55", Value(bundle, "pids", "pids.max"));
    }

    [KernelFact(Bundle.Usual | Needs.CgroupV1)]
    public void A_limit_below_what_is_in_use_is_refused_where_that_is_to_be_looked_at()
    {
        using Bundle bundle = BundleVerbs.Sleeping(static b => b.Script("x=$(head -c 8000000 /dev/zero | tr '\\0' x); touch /tmp/full; sleep 600; true"));
        Assert.SkipUnless(BundleVerbs.IsLegacy("memory"), "needs the controller in a v1 tree");
        Containers.Instance.WaitFor(() => File.Exists(bundle.Rootfs + "/tmp/full"), "the container does not fill its memory");
        string before = Value(bundle, "memory", "memory.limit_in_bytes");
        File.WriteAllText(bundle.Path + "/limits.json", """{ "memory": { "limit": 4194304, "checkBeforeUpdate": true } }""");

        bundle.Refuses(1, "checkBeforeUpdate", "update", "-r", bundle.Path + "/limits.json", bundle.Id);

        Assert.Equal(before, Value(bundle, "memory", "memory.limit_in_bytes"));
    }

    [KernelFact(Bundle.Usual)]
    public void Kernel_memory_is_ignored_with_a_word()
    {
        using Bundle bundle = BundleVerbs.Sleeping();

        bundle.Oci("update", "--kernel-memory", "5m", "--kernel-memory-tcp", "5m", bundle.Id).Ok();

        Assert.Contains("\"level\":\"warning\",\"msg\":\"Kernel memory settings are ignored and will be removed\"", File.ReadAllText(bundle.Log), StringComparison.Ordinal);
    }

    [KernelFact(Bundle.Usual)]
    public void What_cannot_be_is_refused()
    {
        using Bundle bundle = BundleVerbs.Sleeping();

        bundle.Refuses(1, "invalid value for memory: invalid size: '3x'", "update", "--memory", "3x", bundle.Id);
        bundle.Refuses(1, "invalid value for cpu-share", "update", "--cpu-share", "x", bundle.Id);
        bundle.Refuses(1, "invalid value \"x\" for flag -pids-limit: parse error", "update", "--pids-limit", "x", bundle.Id);
        bundle.Refuses(1, "container does not exist", "update", "--memory", "3m", "nosuch");
        if (!Directory.Exists("/sys/fs/resctrl/info"))
        {
            bundle.Refuses(1, "l3 cache schema is not enabled", "update", "--l3-cache-schema", "L3:0=f", bundle.Id);
            bundle.Refuses(1, "memory bandwidth schema is not enabled", "update", "--mem-bw-schema", "MB:0=10", bundle.Id);
        }

        bundle.Oci("kill", bundle.Id, "KILL").Ok();
        bundle.WaitForStatus("stopped");
        bundle.Refuses(1, "container not running", "update", "--pids-limit", "9", bundle.Id);
    }

    private static string Value(Bundle bundle, string controller, string file) => File.ReadAllText($"{bundle.Cgroup(controller)}/{file}").Trim();
}
