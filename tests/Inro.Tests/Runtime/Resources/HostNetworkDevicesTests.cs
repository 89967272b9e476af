using Inro.Runtime;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

/// <summary>Names of network devices, as the kernel takes them.</summary>
public sealed class HostNetworkDevicesTests
{
    [Theory]
    [InlineData("eth0", "fifteen-letters")]
    [InlineData("a.b", null)]
    [InlineData("a", "")]
    public void Names_that_the_kernel_takes_pass(string host, string? inside) => HostNetworkDevices.Check(One(host, inside), hasNetwork: true);

    [Theory]
    [InlineData("", null, "linux.netDevices \"\": \"\" cannot be the name")]
    [InlineData("..", null, "linux.netDevices \"..\": \"..\" cannot be the name")]
    [InlineData("a/b", null, "linux.netDevices \"a/b\": \"a/b\" cannot be the name")]
    [InlineData("a", "b:1", "linux.netDevices \"a\".name: \"b:1\" cannot be the name")]
    [InlineData("a", "b c", "linux.netDevices \"a\".name: \"b c\" cannot be the name")]
    [InlineData("a", "eth%d", "linux.netDevices \"a\".name: \"eth%d\" cannot be the name")]
    [InlineData("a", "sixteen-letters.", "linux.netDevices \"a\".name: \"sixteen-letters.\" cannot be the name")]
    public void Others_are_refused(string host, string? inside, string message) =>
        Assert.StartsWith(message, Assert.Throws<RuntimeException>(() => HostNetworkDevices.Check(One(host, inside), hasNetwork: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_devices_do_not_get_one_name()
    {
        var devices = new Dictionary<string, NetDeviceConfig> { ["a"] = new("x"), ["x"] = new(null) };

        RuntimeException failure = Assert.Throws<RuntimeException>(() => HostNetworkDevices.Check(devices, hasNetwork: true));

        Assert.Equal("linux.netDevices \"x\": a second device would be called x", failure.Message);
    }

    [Fact]
    public void The_hosts_network_takes_none() =>
        Assert.StartsWith("linux.netDevices: needs a network namespace", Assert.Throws<RuntimeException>(() => HostNetworkDevices.Check(One("a", null), hasNetwork: false)).Message, StringComparison.Ordinal);

    private static Dictionary<string, NetDeviceConfig> One(string host, string? inside) => new() { [host] = new(inside) };
}
