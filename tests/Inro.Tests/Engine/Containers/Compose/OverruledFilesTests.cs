using Inro.Engine.Containers;
using Inro.Engine.Containers.Compose;
using Xunit;

namespace Inro.Tests.Engine.Containers.Compose;

public sealed class OverruledFilesTests
{
    private static readonly ContainerConfig Before = new()
    {
        Image = "busybox",
        PidsLimit = 10,
        CgroupFiles = new Dictionary<string, string> { ["pids.max"] = "25", ["memory.high"] = "1000000" },
    };

    [Fact]
    public void A_changed_limit_overrules_the_file_that_says_the_same() =>
        Assert.Equal(["memory.high"], OverruledFiles.Leave(Before, Before with { PidsLimit = 31 }).CgroupFiles.Keys);

    [Fact]
    public void What_did_not_change_leaves_the_files() =>
        Assert.Same(Before.CgroupFiles, OverruledFiles.Leave(Before, Before with { MemoryBytes = 1 << 30 }).CgroupFiles);
}
