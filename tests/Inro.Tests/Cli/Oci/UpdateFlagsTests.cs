using Inro.Cli.Verbs.Oci;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Cli.Oci;

public sealed class UpdateFlagsTests
{
    [Fact]
    public void Each_flag_becomes_its_limit()
    {
        LinuxResources r = Read(
            "--memory=1.5g", "--memory-reservation", "512k", "--memory-swap", "-1", "--kernel-memory", "1", "--kernel-memory-tcp", "2", "--cpu-period=100", "--cpu-quota=-1",
            "--cpu-burst=5", "--cpu-share=512", "--cpu-rt-period=7", "--cpu-rt-runtime=8", "--cpu-idle=1", "--cpuset-cpus=0-1", "--cpuset-mems=0", "--pids-limit=-1",
            "--blkio-weight=300").Resources();

        Assert.Equal(new MemoryResources { Limit = 3L << 29, Reservation = 512 << 10, Swap = -1, Kernel = 1, KernelTcp = 2 }, r.Memory);
        Assert.Equal(new CpuResources
        {
            Period = 100, Quota = -1, Burst = 5, Shares = 512, RealtimePeriod = 7, RealtimeRuntime = 8, Idle = 1, Cpus = "0-1", Mems = "0",
        }, r.Cpu);
        Assert.Equal(new PidsResources(-1), r.Pids);
        Assert.Equal(300, r.BlockIo!.Weight!.Value);
    }

    [Fact]
    public void What_is_not_given_is_not_set()
    {
        LinuxResources r = Read("--cpu-share=", "--pids-limit=0").Resources();

        Assert.Equal(new MemoryResources(), r.Memory);
        Assert.Equal(new CpuResources(), r.Cpu);
        Assert.Null(r.Pids);
        Assert.Null(r.BlockIo);
    }

    [Theory]
    [InlineData("--memory=3x", "invalid value for memory: invalid size: '3x'")]
    [InlineData("--memory=-5", "invalid value for memory: invalid size: '-5'")]
    [InlineData("--cpu-share=-1", "invalid value for cpu-share: \"-1\" is not a number from 0 upwards")]
    [InlineData("--cpu-quota=x", "invalid value for cpu-quota: \"x\" is not a number")]
    public void A_limit_that_is_none_is_refused_by_its_name(string argument, string problem) =>
        Assert.Equal(problem, Assert.Throws<OciUsageException>(() => Read(argument).Resources()).Message);

    [Theory]
    [InlineData("--blkio-weight=7x")]
    [InlineData("--blkio-weight=70000")]
    [InlineData("--pids-limit=x")]
    public void A_number_that_is_none_is_a_wrong_command_line(string argument) => Assert.Equal("update", Assert.Throws<OciUsageException>(() => Read(argument)).Verb);

    [Theory]
    [InlineData("--l3-cache-schema=L3:0=f", "Intel RDT/CAT: l3 cache schema is not enabled")]
    [InlineData("--mem-bw-schema=MB:0=10", "Intel RDT/MBA: memory bandwidth schema is not enabled")]
    public void Cache_control_is_refused_with_its_reason(string argument, string problem) =>
        Assert.Equal(problem, Assert.Throws<OciUsageException>(() => Read(argument).CacheControl("/nonexistent")).Message);

    [Fact]
    public void Cache_control_that_the_host_has_is_read()
    {
        string information = Directory.CreateTempSubdirectory("inro-resctrl-").FullName;
        Directory.CreateDirectory(information + "/L3");
        Directory.CreateDirectory(information + "/MB");
        try
        {
            Assert.Null(Read("--cpu-share=5").CacheControl(information));
            Assert.Equal(("L3:0=f", "MB:0=10"), Read("--l3-cache-schema=L3:0=f", "--mem-bw-schema=MB:0=10").CacheControl(information) is { } c ? (c.L3CacheSchema, c.MemBwSchema) : default);
        }
        finally { Directory.Delete(information, recursive: true); }
    }

    private static UpdateFlags Read(params string[] arguments)
    {
        var flags = new OciFlags("update", arguments);
        var update = new UpdateFlags();
        while (flags.NextFlag(out string name)) { Assert.True(update.Take(name, ref flags)); }

        return update;
    }
}
