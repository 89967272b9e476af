using Inro.Runtime;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

/// <summary>v2 has quota and period in one file: an update of one keeps the other.</summary>
public sealed class CpuTimeUpdateTests
{
    [Theory]
    [InlineData(0, 50_000, "20000 100000", 20_000, 50_000)]
    [InlineData(0, 50_000, "max 100000", -1, 50_000)]
    [InlineData(30_000, 0, "20000 80000", 30_000, 80_000)]
    [InlineData(30_000, 60_000, "20000 80000", 30_000, 60_000)]
    [InlineData(0, 0, "20000 80000", 0, 0)]
    [InlineData(30_000, 0, null, 30_000, 0)] // v1
    public void What_is_not_given_stays(long quota, int period, string? inForce, long expectedQuota, int expectedPeriod)
    {
        CpuResources cpu = ContainerRuntime.WithTime(new CpuResources { Quota = quota, Period = (ulong)period }, inForce)!; // not null: something is given

        Assert.Equal((expectedQuota, (ulong)expectedPeriod), (cpu.Quota!.Value, cpu.Period!.Value));
    }
}
