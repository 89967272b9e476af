using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Inro.KernelTests.Harness;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>Network devices that move into a container. The "host" is a network namespace of the test's own thread.</summary>
public sealed class NetworkDeviceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [KernelTheory(Needs.Root | Needs.Busybox | Needs.UserNamespaces)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_device_moves_with_its_addresses_and_is_up_under_its_new_name(bool inUserNamespace)
    {
        using var fixture = new ContainerFixture();
        InOwnNetwork(() =>
        {
            Ip("link add outside type veth peer name other");
            Ip("link set outside mtu 1400");
            Ip("addr add 10.9.8.7/24 brd + dev outside");
            Ip("addr add 10.9.8.6 peer 10.9.7.5/32 dev outside");
            Ip("addr add fd00:9::7/64 dev outside nodad");
            Ip("addr add 169.254.3.3/16 scope link dev outside");
            RuntimeConfig config = WithDevices("ip addr show dev inside; ls /sys/class/net", ("outside", "inside"));
            if (inUserNamespace)
            {
                Tool.Run("chown", ["-hR", "100000:100000", fixture.Bundle / "rootfs"], Deadline).Ok();
                config = ContainerFixture.InUserNamespace(config);
            }

            (string output, int status) = fixture.Run(config);

            Assert.Equal(0, status);
            Assert.Contains("UP", output.Split('\n')[0], StringComparison.Ordinal);
            Assert.Contains("mtu 1400", output, StringComparison.Ordinal);
            Assert.Contains("inet 10.9.8.7/24 brd 10.9.8.255 scope global", output, StringComparison.Ordinal);
            Assert.Contains("inet 10.9.8.6 peer 10.9.7.5/32 scope global", output, StringComparison.Ordinal);
            Assert.Contains("inet6 fd00:9::7/64 scope global", output, StringComparison.Ordinal);
            Assert.DoesNotContain("169.254.3.3", output, StringComparison.Ordinal);
            Assert.EndsWith("inside\nlo\n", output, StringComparison.Ordinal);
        });
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Without_a_name_of_its_own_a_device_keeps_the_hosts()
    {
        using var fixture = new ContainerFixture();
        InOwnNetwork(() =>
        {
            Ip("link add one type veth peer name two");
            Assert.Equal(("lo\none\ntwo\n", 0), fixture.Run(WithDevices("ls /sys/class/net", ("one", null), ("two", null))));
        });
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Where_one_device_is_missing_none_is_moved()
    {
        using var fixture = new ContainerFixture();
        InOwnNetwork(() =>
        {
            Ip("link add one type veth peer name two");
            RuntimeException failure = Assert.Throws<RuntimeException>(() => fixture.Run(WithDevices("true", ("one", null), ("three", null))));
            Assert.StartsWith("linux.netDevices \"three\": ", failure.Message, StringComparison.Ordinal);
            Assert.Contains("ENODEV", failure.Message, StringComparison.Ordinal);
            Ip("link show one");
        });
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_name_that_is_taken_in_the_container_is_told()
    {
        using var fixture = new ContainerFixture();
        InOwnNetwork(() =>
        {
            Ip("link add one type veth peer name two");
            RuntimeException failure = Assert.Throws<RuntimeException>(() => fixture.Run(WithDevices("true", ("one", "lo"))));
            Assert.Contains("EEXIST", failure.Message, StringComparison.Ordinal);
            Ip("link show one");
        });
    }

    private static RuntimeConfig WithDevices(string script, params (string Host, string? Inside)[] devices)
    {
        RuntimeConfig config = ContainerFixture.Config(script);
        var map = devices.ToDictionary(static d => d.Host, static d => new NetDeviceConfig(d.Inside));
        return config with { Linux = config.Linux! with { NetDevices = map } }; // Config always gives it
    }

    private static void Ip(string arguments) => Tool.Run("ip", arguments.Split(' '), Deadline).Ok();

    /// <summary>Runs in a network namespace that ends with its thread: the host's devices are not touched.</summary>
    private static void InOwnNetwork(Action act)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Assert.Equal(0, unshare(0x40000000)); // CLONE_NEWNET
                act();
            }
            catch (Exception e) { failure = ExceptionDispatchInfo.Capture(e); }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int unshare(int flags);
}
