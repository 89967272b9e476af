using Inro.Runtime;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

/// <summary>What of linux.intelRdt can be judged without a processor that has it.</summary>
public sealed class ResourceDirectorTests
{
    [Fact]
    public void Without_resctrl_it_is_refused_with_the_reason()
    {
        Assert.SkipWhen(Directory.Exists("/sys/fs/resctrl/info"), "needs a host without resctrl");

        RuntimeException failure = Assert.Throws<RuntimeException>(() => ResourceDirector.Check(new IntelRdtConfig { ClosId = "one" }));

        Assert.StartsWith("linux.intelRdt.closID: this host has no resctrl file system", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b", null, null, "linux.intelRdt.closID: \"a/b\" cannot be the name of a group")]
    [InlineData("..", null, null, "linux.intelRdt.closID: \"..\" cannot be the name of a group")]
    [InlineData(null, "X:0=1", null, "linux.intelRdt.l3CacheSchema: \"X:0=1\" is no line of a schema that begins with L3")]
    [InlineData(null, null, "L3:0=1", "linux.intelRdt.memBwSchema: \"L3:0=1\" is no line of a schema that begins with MB:")]
    public void Wrong_values_are_refused_before_the_host_is_asked(string? id, string? cache, string? bandwidth, string message) =>
        Assert.Equal(message, Assert.Throws<RuntimeException>(() => ResourceDirector.Check(new IntelRdtConfig { ClosId = id, L3CacheSchema = cache, MemBwSchema = bandwidth })).Message);

    [Fact]
    public void Only_groups_of_the_containers_own_end_with_it()
    {
        Assert.Equal(["c"], ResourceDirector.Groups(new IntelRdtConfig(), "c"));
        Assert.Equal(["c/mon_groups/c", "c"], ResourceDirector.Groups(new IntelRdtConfig { EnableMonitoring = true }, "c"));
        Assert.Equal(["shared/mon_groups/c"], ResourceDirector.Groups(new IntelRdtConfig { ClosId = "shared", EnableMonitoring = true }, "c"));
        Assert.Equal(["mon_groups/c"], ResourceDirector.Groups(new IntelRdtConfig { ClosId = "/", EnableMonitoring = true }, "c"));
        Assert.Empty(ResourceDirector.Groups(new IntelRdtConfig { ClosId = "shared" }, "c"));
        Assert.Empty(ResourceDirector.Groups(null, "c"));
    }

    [Theory]
    [InlineData("L3:0=ffff0;1=3ff", "    L3:0=ffff0;1=003ff", true)]
    [InlineData("MB:1=70;0=20", "MB:0=  20;1=  70", true)]
    [InlineData("L3:0=f", "L3:0=ff", false)]
    [InlineData("L3:0=0", "L3:0=00", true)]
    public void Schemas_are_compared_by_what_they_say(string one, string other, bool same) =>
        Assert.Equal(same, ResourceDirector.Canonical(one) == ResourceDirector.Canonical(other));
}
