using Inro.Cli.Arguments;
using Inro.Engine.Devices;
using Xunit;

namespace Inro.Tests.Cli.Arguments;

public sealed class GpuArgumentTests
{
    [Theory]
    [InlineData("all", -1, "", "gpu", "")]
    [InlineData("2", 2, "", "gpu", "")]
    [InlineData("count=all,driver=nvidia", -1, "", "gpu", "nvidia")]
    [InlineData("\"device=0,GPU-1\"", 0, "0 GPU-1", "gpu", "")]
    [InlineData("device=0,\"capabilities=compute,utility\"", 0, "0", "compute utility gpu", "")]
    [InlineData("capabilities=utility", 1, "", "utility gpu", "")]
    public void A_demand_is_read_as_docker_reads_it(string text, int count, string ids, string capabilities, string driver)
    {
        DeviceDemand demand = GpuArgument.Parse(text);

        Assert.Equal((count, ids, capabilities, driver), (demand.Count, string.Join(' ', demand.Ids), string.Join(' ', demand.Capabilities), demand.Driver));
    }

    [Theory]
    [InlineData("two", "invalid count (two): value must be either \"all\" or an integer")]
    [InlineData("count=1,count=2", "gpu request key 'count' can be specified only once")]
    [InlineData("colour=red", "unexpected key 'colour' in 'colour=red'")]
    [InlineData("all,device=0", "cannot set both Count and DeviceIDs on device request")]
    public void Others_are_refused_with_the_reason(string text, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => GpuArgument.Parse(text)).Message);
}
