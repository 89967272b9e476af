using System.Text;
using Inro.Linux.Cgroups;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

/// <summary>Which value goes into which file, on v1 and on v2.</summary>
public sealed class CgroupPlanTests
{
    private static readonly CgroupLayout Legacy = Layout(
        "cpu cpuacct cpuset memory devices freezer blkio pids hugetlb net_cls net_prio rdma".Split(' ')
            .Select((c, i) => $"{i} 1 0:{i} / /sys/fs/cgroup/{c} rw - cgroup cgroup rw,{c}"), "");

    private static readonly CgroupLayout Unified = Layout(["1 1 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"], "cpuset cpu io memory hugetlb pids rdma misc");

    public static TheoryData<string, LinuxResources, string, string> Rows => new()
    {
        { "shares", new() { Cpu = new() { Shares = 1024 } }, "cpu.shares=1024", "cpu.weight=100" },
        { "least shares", new() { Cpu = new() { Shares = 2 } }, "cpu.shares=2", "cpu.weight=1" },
        { "most shares", new() { Cpu = new() { Shares = 262144 } }, "cpu.shares=262144", "cpu.weight=10000" },
        { "few shares", new() { Cpu = new() { Shares = 512 } }, "cpu.shares=512", "cpu.weight=59" },
        { "quota", new() { Cpu = new() { Quota = 50000, Period = 100000 } }, "cpu.cfs_period_us=100000 cpu.cfs_quota_us=50000", "cpu.max=50000 100000" },
        { "quota alone", new() { Cpu = new() { Quota = 50000 } }, "cpu.cfs_quota_us=50000", "cpu.max=50000 100000" },
        { "no quota", new() { Cpu = new() { Quota = -1, Period = 5000 } }, "cpu.cfs_period_us=5000 cpu.cfs_quota_us=-1", "cpu.max=max 5000" },
        { "burst", new() { Cpu = new() { Burst = 10 } }, "cpu.cfs_burst_us=10", "cpu.max.burst=10" },
        { "idle", new() { Cpu = new() { Shares = 9, Idle = 1 } }, "cpu.shares=9 cpu.idle=1", "cpu.idle=1" },
        { "cpuset", new() { Cpu = new() { Cpus = "0-1", Mems = "0" } }, "cpuset.cpus=0-1 cpuset.mems=0", "cpuset.cpus=0-1 cpuset.mems=0" },
        { "memory", new() { Memory = new() { Limit = 1000 } }, "memory.limit_in_bytes=1000", "memory.max=1000" },
        { "swap", new() { Memory = new() { Limit = 1000, Swap = 1500 } }, "memory.limit_in_bytes=1000 memory.memsw.limit_in_bytes=1500", "memory.swap.max=500 memory.max=1000" },
        { "no swap", new() { Memory = new() { Limit = 1000, Swap = 1000 } }, "memory.limit_in_bytes=1000 memory.memsw.limit_in_bytes=1000", "memory.swap.max=0 memory.max=1000" },
        { "all swap", new() { Memory = new() { Limit = 1000, Swap = -1 } }, "memory.limit_in_bytes=1000 memory.memsw.limit_in_bytes=-1", "memory.swap.max=max memory.max=1000" },
        { "unlimited", new() { Memory = new() { Limit = -1 } }, "memory.limit_in_bytes=-1 memory.memsw.limit_in_bytes=-1", "memory.swap.max=max memory.max=max" },
        { "reservation", new() { Memory = new() { Reservation = 7 } }, "memory.soft_limit_in_bytes=7", "memory.low=7" },
        { "pids", new() { Pids = new(7) }, "pids.max=7", "pids.max=7" },
        { "no pids limit", new() { Pids = new(-1) }, "pids.max=max", "pids.max=max" },
        { "pids not set", new() { Pids = new(0) }, "", "" },
        { "io weight", new() { BlockIo = new() { Weight = 100 } }, "blkio.weight=100|blkio.bfq.weight", "io.bfq.weight=100|io.weight=910" },
        { "io rate", new() { BlockIo = new() { ThrottleReadBpsDevice = [new(8, 1, 5)] } }, "blkio.throttle.read_bps_device=8:1 5", "io.max=8:1 rbps=5" },
        { "io operations", new() { BlockIo = new() { ThrottleWriteIopsDevice = [new(8, 1, 5)] } }, "blkio.throttle.write_iops_device=8:1 5", "io.max=8:1 wiops=5" },
        { "huge pages", new() { HugepageLimits = [new("2MB", 9)] }, "hugetlb.2MB.rsvd.limit_in_bytes=9 hugetlb.2MB.limit_in_bytes=9", "hugetlb.2MB.rsvd.max=9 hugetlb.2MB.max=9" },
        { "rdma", new() { Rdma = new Dictionary<string, RdmaResources> { ["mlx5_1"] = new(3, 10) } }, "rdma.max=mlx5_1 hca_handle=3 hca_object=10", "rdma.max=mlx5_1 hca_handle=3 hca_object=10" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Limit_becomes_values(string name, LinuxResources resources, string legacy, string unified)
    {
        Assert.NotEmpty(name);
        Assert.Equal(legacy, Show(Plan(Legacy, resources)));
        Assert.Equal(unified, Show(Plan(Unified, resources)));
    }

    [Fact]
    public void Network_marks_are_files_of_v1_and_a_program_on_v2()
    {
        LinuxResources marks = new() { Network = new(5, [new("eth0", 3)]) };

        CgroupPlan legacy = Plan(Legacy, marks);
        Assert.Equal("net_cls.classid=5 net_prio.ifpriomap=eth0 3", Show(legacy));
        Assert.Null(legacy.PacketMarks);
        CgroupPlan unified = Plan(Unified, marks);
        Assert.Empty(unified.Writes);
        Assert.Equal(5u, unified.PacketMarks?.ClassId);
        Assert.Equal(new InterfacePriority("eth0", 3), Assert.Single(unified.PacketMarks!.Priorities));
        Assert.Null(Plan(Unified, new() { Network = new(0, []) }).PacketMarks);
    }

    [Fact]
    public void Priorities_of_the_hosts_interfaces_are_told_to_be_without_effect_in_a_network_namespace()
    {
        List<string> told = [];
        NetworkResources marks = new(5, [new("eth0", 3)]);

        Assert.Equal(marks, PacketMarks.Effective(marks, ownNetwork: false, told.Add));
        Assert.Empty(told);
        Assert.Equal(5u, PacketMarks.Effective(marks, ownNetwork: true, told.Add) is { Priorities.Count: 0 } left ? left.ClassId : null);
        Assert.Contains("network.priorities", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_own_processes_are_v1_only()
    {
        LinuxResources leaf = new() { BlockIo = new() { LeafWeight = 300, WeightDevice = [new(8, 0, null, 200)] } };

        Assert.Equal("blkio.leaf_weight=300 blkio.leaf_weight_device=8:0 200", Show(Plan(Legacy, leaf)));
        Assert.Contains("blockIO.leafWeight", Assert.Throws<ResourceException>(() => Plan(Unified, leaf)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_given_by_name_are_v2_only()
    {
        LinuxResources named = new() { Unified = new Dictionary<string, string> { ["memory.high"] = "5", ["io.max"] = "8:0 rbps=1\n8:1 rbps=2" } };

        Assert.Equal("memory.high=5 io.max=8:0 rbps=1 io.max=8:1 rbps=2", Show(Plan(Unified, named)));
        Assert.Throws<ResourceException>(() => Plan(Legacy, named));
    }

    [Theory]
    [InlineData("../memory.max")]
    [InlineData("cgroup.procs")]
    [InlineData("")]
    public void Name_that_is_no_value_is_refused(string file) =>
        Assert.Throws<ResourceException>(() => Plan(Unified, new() { Unified = new Dictionary<string, string> { [file] = "1" } }));

    public static TheoryData<LinuxResources, string> Contradictions => new()
    {
        { new() { Memory = new() { Limit = 100, Swap = 50 } }, "below memory.limit" },
        { new() { Memory = new() { Limit = 100, Swappiness = 101 } }, "0 to 100" },
        { new() { HugepageLimits = [new("../2MB", 1)] }, "page size" },
        { new() { Devices = [new(true, "x", 1, 1, "r")] }, "type 'x'" },
        { new() { Devices = [new(true, "c", 1, 1, "rx")] }, "access 'rx'" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradiction_is_refused(LinuxResources resources, string why) =>
        Assert.Contains(why, Assert.Throws<ResourceException>(() => Plan(Legacy, resources)).Message, StringComparison.Ordinal);

    [Fact]
    public void Limit_without_a_controller_names_it()
    {
        ResourceException e = Assert.Throws<ResourceException>(() => Plan(Layout(["1 1 0:1 / /cg rw - cgroup2 cgroup2 rw"], "memory"), new() { Pids = new(5) }));
        Assert.Contains("'pids'", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Remedy);
    }

    [Fact]
    public void Device_rules_are_a_list_on_v1_and_a_program_on_v2()
    {
        LinuxResources devices = new() { Devices = [new(false, null, null, null, "rwm"), new(true, "c", 10, 229, "rw")] };

        Assert.StartsWith("devices.deny=a devices.allow=c 10:229 rw devices.allow=c *:* m", Show(Plan(Legacy, devices)), StringComparison.Ordinal);
        CgroupPlan unified = Plan(Unified, devices);
        Assert.Empty(unified.Writes);
        Assert.Equal(devices.Devices, unified.DeviceProgram!.Take(2));
    }

    [Fact]
    public void Rule_for_all_types_with_less_than_everything_becomes_two() =>
        Assert.StartsWith("devices.deny=b *:* m devices.deny=c *:* m", Show(Plan(Legacy, new() { Devices = [new(false, "a", null, null, "m")] })), StringComparison.Ordinal);

    [Fact]
    public void Relative_path_lies_below_the_caller_on_v1_and_beside_it_on_v2()
    {
        CgroupLayout hybrid = CgroupLayout.Parse(
            Encoding.UTF8.GetBytes("1 1 0:1 / /v1 rw - cgroup c rw,memory\n2 1 0:2 / /v2 rw - cgroup2 c rw\n"), "1:memory:/m\n0::/u/s.scope\n"u8, _ => "pids");

        CgroupPlan plan = CgroupPlan.Make(hybrid, null, "box", null);

        Assert.Equal(["/v1/m/box", "/v2/u/box"], plan.Locations.Select(l => l.Directory));
        Assert.Equal(["/v1/a/b", "/v2/a/b"], CgroupPlan.Make(hybrid, "/a/b", "", null).Locations.Select(l => l.Directory));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a/../b")]
    public void Path_that_is_no_place_for_a_container_is_refused(string path) =>
        Assert.Throws<ResourceException>(() => CgroupPlan.Make(Legacy, path, "", null));

    private static CgroupPlan Plan(CgroupLayout layout, LinuxResources resources) => CgroupPlan.Make(layout, "/x", "", resources);

    private static string Show(CgroupPlan plan) => string.Join(' ', plan.Writes.Select(w =>
        $"{w.File}={w.Value}" + (w.OtherFile is null ? "" : "|" + w.OtherFile + (w.OtherValue is null ? "" : "=" + w.OtherValue))));

    private static CgroupLayout Layout(IEnumerable<string> mounts, string controllers) =>
        CgroupLayout.Parse(Encoding.UTF8.GetBytes(string.Join('\n', mounts) + "\n"), "0::/\n"u8, _ => controllers);
}
