using Inro.Linux.Cgroups;
using Xunit;

namespace Inro.Tests.Linux.Cgroups;

/// <summary>The program that marks packets.</summary>
public sealed class PacketMarkProgramTests
{
    private const uint Class = 0x10_0001;

    [Theory]
    [InlineData(0u, 7, Class)] // no priority, no interface of the list: the class
    [InlineData(6u, 7, Class)] // a service's priority is no class
    [InlineData(0x20_0003u, 7, 0x20_0003u)] // it names a class itself
    [InlineData(0u, 2, 5u)] // the interface's priority, as the kernel looks at it first
    [InlineData(0u, 3, 0xffff_fff0u)]
    [InlineData(6u, 2, Class)] // an interface's priority is for packets without one
    public void A_packet_gets_its_interfaces_priority_or_the_class(uint priority, int link, uint then)
    {
        byte[] program = PacketMarkProgram.Assemble(Class, [(2, 5), (3, 0xffff_fff0)]);

        Assert.Equal(then, Marked(program, priority, link));
    }

    [Fact]
    public void Without_a_class_other_packets_stay_as_they_are()
    {
        byte[] program = PacketMarkProgram.Assemble(0, [(2, 5)]);

        Assert.Equal(5u, Marked(program, 0, 2));
        Assert.Equal(0u, Marked(program, 0, 7));
        Assert.Equal(6u, Marked(program, 6, 2));
    }

    [Fact]
    public void More_interfaces_than_a_program_holds_are_refused() =>
        Assert.Throws<ArgumentException>(() => PacketMarkProgram.Assemble(0, new (int, uint)[PacketMarkProgram.MaxInterfaces + 1]));

    private static uint Marked(byte[] program, uint priority, int link)
    {
        uint[] packet = new uint[11]; // struct __sk_buff: priority is word 8, ifindex word 10
        packet[8] = priority;
        packet[10] = (uint)link;

        Assert.True(BpfInterpreter.Run(program, packet));
        return packet[8];
    }
}
