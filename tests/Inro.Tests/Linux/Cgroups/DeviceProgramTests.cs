using Inro.Linux.Cgroups;
using Xunit;

namespace Inro.Tests.Linux.Cgroups;

/// <summary>The device program.</summary>
public sealed class DeviceProgramTests
{
    private const byte All = DeviceAccess.Mknod | DeviceAccess.Read | DeviceAccess.Write;

    private static readonly DeviceMatch[] Rules =
    [
        new(false, null, null, null, All),
        new(true, 'c', null, null, DeviceAccess.Mknod),
        new(true, 'c', 1, 3, All),
        new(true, 'c', 1, 5, DeviceAccess.Read),
        new(true, 'c', 1, 5, DeviceAccess.Write),
        new(true, 'b', 8, null, DeviceAccess.Read),
        new(false, 'b', 8, 1, DeviceAccess.Read | DeviceAccess.Write),
    ];

    [Theory]
    [InlineData('c', 1, 3, All, true)]
    [InlineData('b', 1, 3, DeviceAccess.Read, false)]
    [InlineData('c', 1, 5, DeviceAccess.Read | DeviceAccess.Write, true)] // allowed by two rules together
    [InlineData('c', 9, 9, DeviceAccess.Mknod, true)]
    [InlineData('c', 9, 9, DeviceAccess.Mknod | DeviceAccess.Read, false)]
    [InlineData('b', 8, 0, DeviceAccess.Read, true)]
    [InlineData('b', 8, 0, DeviceAccess.Write, false)]
    [InlineData('b', 8, 1, DeviceAccess.Read, false)] // the later rule holds
    public void Last_rule_holds_for_each_kind_of_access(char type, int major, int minor, byte access, bool allowed) =>
        Assert.Equal(allowed, Run(DeviceProgram.Assemble(Rules), type, major, minor, access));

    [Fact]
    public void Without_rules_everything_is_allowed() => Assert.True(Run(DeviceProgram.Assemble([]), 'b', 1, 1, All));

    [Fact]
    public void Nothing_follows_a_rule_that_always_holds()
    {
        byte[] program = DeviceProgram.Assemble([new(true, 'c', 1, 1, All), new(false, null, null, null, All)]);

        Assert.Equal(8, program.Length / 8); // six to read the request, two to return: the verifier refuses what cannot be reached
    }

    private static bool Run(ReadOnlySpan<byte> program, char type, int major, int minor, byte access) =>
        BpfInterpreter.Run(program, [((uint)access << 16) | (type == 'b' ? 1u : 2u), (uint)major, (uint)minor]);
}
