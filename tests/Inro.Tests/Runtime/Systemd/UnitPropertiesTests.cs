using Inro.Runtime;
using Inro.Runtime.Resources;
using Inro.Runtime.Systemd;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Systemd;

public sealed class UnitPropertiesTests
{
    private const string All = "18446744073709551615";

    [Fact]
    public void A_scope_begins_with_its_process_is_delegated_and_counts_everything() => Assert.Equal(
        ["Description=s:Inro container c1", "Slice=s:a.slice", "Delegate=b:True", "PIDs=au:[u:7]", "MemoryAccounting=b:True", "CPUAccounting=b:True", "IOAccounting=b:True", "TasksAccounting=b:True", "DefaultDependencies=b:False"],
        Unit(new CgroupUnit("p-n.scope", "a.slice", false)));

    [Fact]
    public void A_slice_wants_its_parent_and_begins_without_a_process() => Assert.Equal(
        ["Description=s:Inro container c1", "Wants=as:[s:a.slice]", "MemoryAccounting=b:True", "CPUAccounting=b:True", "BlockIOAccounting=b:True", "TasksAccounting=b:True", "DefaultDependencies=b:False"],
        Unit(new CgroupUnit("a-b.slice", "a.slice", false), isUnified: false));

    [Fact]
    public void Limits_have_the_names_and_scales_of_cgroup_v2() => Assert.Equal(
        ["MemoryMax=t:67108864", "MemoryLow=t:1000", "MemorySwapMax=t:33554432", "CPUWeight=t:59", "CPUQuotaPeriodUSec=t:50000", "CPUQuotaPerSecUSec=t:500000", "AllowedCPUs=ay:1", "AllowedMemoryNodes=ay:5,1", "TasksMax=t:20"],
        Limits(new LinuxResources
        {
            Memory = new MemoryResources { Limit = 64 << 20, Swap = 96 << 20, Reservation = 1000 },
            Cpu = new CpuResources { Shares = 512, Quota = 25000, Period = 50000, Cpus = "0", Mems = "0,2,8" },
            Pids = new PidsResources(20),
            BlockIo = new BlockIoResources { Weight = 500 },
        }));

    [Fact]
    public void Limits_have_the_names_and_scales_of_cgroup_v1() => Assert.Equal(
        ["MemoryLimit=t:67108864", "CPUShares=t:512", "TasksMax=t:20", "BlockIOWeight=t:500"],
        Limits(new LinuxResources
        {
            Memory = new MemoryResources { Limit = 64 << 20, Swap = 96 << 20, Reservation = 1000 },
            Cpu = new CpuResources { Shares = 512 },
            Pids = new PidsResources(20),
            BlockIo = new BlockIoResources { Weight = 500 },
        }, isUnified: false));

    [Fact]
    public void Below_zero_is_without_a_limit_and_zero_is_not_given() => Assert.Equal(
        [$"MemoryMax=t:{All}", $"MemorySwapMax=t:{All}", $"CPUQuotaPerSecUSec=t:{All}", $"TasksMax=t:{All}"],
        Limits(new LinuxResources { Memory = new MemoryResources { Limit = -1, Reservation = 0 }, Cpu = new CpuResources { Quota = -1, Shares = 0 }, Pids = new PidsResources(-1) }));

    [Fact]
    public void Files_of_v2_that_systemd_knows_become_properties() => Assert.Equal(
        [$"MemoryHigh=t:{All}", "MemoryMin=t:5", "TasksMax=t:9", "CPUQuotaPeriodUSec=t:200000", "CPUQuotaPerSecUSec=t:250000", "AllowedCPUs=ay:14"],
        Limits(new LinuxResources
        {
            Unified = new Dictionary<string, string>
            {
                ["memory.high"] = "max", ["memory.min"] = " 5\n", ["pids.max"] = "9", ["cpu.max"] = "50000 200000", ["cpuset.cpus"] = "1-3", ["io.max"] = "8:0 rbps=1", ["hugetlb.2MB.max"] = "x",
            },
        }));

    [Theory]
    [InlineData(251, "CPUWeight=t:100")]
    [InlineData(252, "CPUWeight=t:0")]
    public void Idle_is_a_weight_of_0_where_systemd_takes_it(int version, string expected) =>
        Assert.Equal([expected], Limits(new LinuxResources { Unified = new Dictionary<string, string> { ["cpu.weight"] = "100", ["cpu.idle"] = version < 252 ? "0" : "1" } }, version: version));

    [Fact]
    public void An_old_systemd_is_not_told_what_it_does_not_know()
    {
        var resources = new LinuxResources { Cpu = new CpuResources { Quota = 10000, Period = 20000, Cpus = "0", Mems = "0", Idle = 1, Shares = 1024 } };

        Assert.Equal(["CPUWeight=t:100", "CPUQuotaPerSecUSec=t:500000"], Limits(resources, version: 241));
    }

    [Theory]
    [InlineData(1000, 100_000, 10_000)]
    [InlineData(1001, 100_000, 20_000)] // 10,010 a second, to the next percent
    [InlineData(150_000, 100_000, 1_500_000)]
    [InlineData(ulong.MaxValue / 4, 1_000_000, 4_611_686_018_427_390_000)]
    public void Processor_time_is_given_in_percents_of_a_second(ulong quota, ulong period, ulong expected) => Assert.Equal(expected, UnitProperties.PerSecond(quota, period));

    [Theory]
    [InlineData("1-")]
    [InlineData("3-1")]
    [InlineData("a")]
    [InlineData("1-2-3")]
    [InlineData("99999999")]
    public void What_is_no_list_of_processors_is_refused(string list) => Assert.Throws<ResourceException>(() => UnitProperties.Bits(list));

    [Theory]
    [InlineData("cpu.max", "a")]
    [InlineData("cpu.max", "1 0")]
    [InlineData("cpu.max", "1 2 3")]
    [InlineData("memory.max", "lots")]
    public void Files_with_values_that_are_none_are_refused(string file, string value) =>
        Assert.Contains(file, Assert.Throws<ResourceException>(() => Limits(new LinuxResources { Unified = new Dictionary<string, string> { [file] = value } })).Message, StringComparison.Ordinal);

    [Fact]
    public void How_a_lack_of_memory_acts_is_told_to_a_systemd_that_knows_it_of_scopes()
    {
        var resources = new LinuxResources { Unified = new Dictionary<string, string> { ["memory.oom.group"] = "1" } };
        foreach ((int version, string[] expected) in new[] { (252, Array.Empty<string>()), (253, ["OOMPolicy=s:kill"]) })
        {
            var properties = new UnitProperties(isUnified: true, () => version);
            properties.AddOutOfMemoryPolicy(resources);
            Assert.Equal(expected, Show(properties));
        }
    }

    [Fact]
    public void Annotations_are_properties()
    {
        var annotations = new Dictionary<string, string>
        {
            ["org.systemd.property.TimeoutStopUSec"] = "uint64 123456789", ["org.systemd.property.CollectMode"] = "'inactive-or-failed'", ["org.systemd.property.TimeoutStopSec"] = "1.5",
            ["org.systemd.property.After"] = "['a.service']", ["org.systemd.property."] = "5", ["other"] = "5",
        };

        Assert.Equal(["TimeoutStopUSec=t:123456789", "CollectMode=s:inactive-or-failed", "TimeoutStopUSec=t:1500000", "After=as:[s:a.service]"],
            PropertyAnnotations.Read(annotations).Select(p => p.Name + "=" + VariantTextTests.Show(p.Value)));
    }

    [Fact]
    public void Devices_are_told_on_v1_where_systemd_writes_the_list_anew()
    {
        DeviceRule[] rules = [new(false, null, null, null, "rwm"), new(true, "b", 8, 1, "r"), new(true, "b", 9, 1, "r"), new(false, "b", 9, 1, "r")];
        foreach (bool isUnified in (bool[])[true, false])
        {
            var properties = new UnitProperties(isUnified, static () => 252);
            properties.AddDevices(rules);
            if (isUnified)
            {
                Assert.Empty(properties.Items);
                continue;
            }

            Assert.Equal(["DevicePolicy=s:strict",
                "DeviceAllow=a(ss):[(ss):[s:/dev/block/8:1 s:r] (ss):[s:char-* s:m] (ss):[s:block-* s:m] (ss):[s:/dev/char/1:3 s:rwm] (ss):[s:/dev/char/1:5 s:rwm] (ss):[s:/dev/char/1:7 s:rwm] "
                + "(ss):[s:/dev/char/1:8 s:rwm] (ss):[s:/dev/char/1:9 s:rwm] (ss):[s:/dev/char/5:0 s:rwm] (ss):[s:/dev/char/5:2 s:rwm] (ss):[s:char-136 s:rwm]]"], Show(properties));
        }
    }

    [Fact]
    public void All_devices_are_no_list()
    {
        var properties = new UnitProperties(isUnified: false, static () => 252);

        properties.AddDevices([new(true, null, null, null, "rwm")]);

        Assert.Equal(["DevicePolicy=s:auto", "DeviceAllow=a(ss):[]"], Show(properties));
    }

    [Theory]
    [InlineData("Ab", "5", "three or more letters")]
    [InlineData("A-bc", "5", "three or more letters")]
    [InlineData("CollectMode", "inactive", "neither a value nor a type")]
    [InlineData("TimeoutStopSec", "'5'", "a time in seconds is a number")]
    [InlineData("TimeoutStopSec", "-5", "not negative")]
    public void Annotations_that_are_none_are_refused(string name, string text, string problem) => Assert.Contains(problem,
        Assert.Throws<RuntimeException>(() => PropertyAnnotations.Read(new Dictionary<string, string> { ["org.systemd.property." + name] = text }).ToList()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("252 (252.39-1~deb12u1)", 252)]
    [InlineData("v245.4-1.fc32", 245)]
    [InlineData("\"241\"", 241)]
    [InlineData("new", 0)]
    public void Systemds_release_is_the_first_number(string text, int version) => Assert.Equal(version, SystemdManager.ParseVersion(text));

    private static string[] Unit(CgroupUnit unit, bool isUnified = true)
    {
        var properties = new UnitProperties(isUnified, static () => 252);
        properties.AddUnit("c1", unit, 7);
        return Show(properties);
    }

    private static string[] Limits(LinuxResources resources, bool isUnified = true, int version = 252)
    {
        var properties = new UnitProperties(isUnified, () => version);
        properties.AddLimits(resources);
        return Show(properties);
    }

    private static string[] Show(UnitProperties properties) => [.. properties.Items.Select(static p => p.Name + "=" + VariantTextTests.Show(p.Value))];
}
