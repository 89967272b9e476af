using Inro.Linux.Capabilities;
using Xunit;

namespace Inro.Tests.Linux.Capabilities;

/// <summary>Names, bits and the arithmetic of --cap-add and --cap-drop.</summary>
public sealed class CapabilityTests
{
    [Theory]
    [InlineData("CAP_CHOWN", 0)]
    [InlineData("net_admin", 12)]
    [InlineData("Sys_Admin", 21)]
    [InlineData("cap_checkpoint_restore", 40)]
    public void Name_has_bit(string name, int bit) => Assert.Equal(1UL << bit, CapabilitySet.Parse([name]).Bits);

    [Fact]
    public void Every_bit_has_a_name_that_leads_back_to_it()
    {
        string[] names = CapabilitySet.Known.ToNames();

        Assert.Equal(41, names.Length);
        Assert.Equal(CapabilitySet.Known, CapabilitySet.Parse(names));
    }

    [Theory]
    [InlineData("NET_ADMINX")]
    [InlineData("CAP_CAP_CHOWN")]
    [InlineData("")]
    [InlineData("ALL")]
    public void Unknown_name_is_refused(string name) => Assert.Throws<UnknownCapabilityException>(() => CapabilitySet.Parse([name]));

    [Theory]
    [InlineData("", "", "default")]
    [InlineData("NET_ADMIN", "", "default NET_ADMIN")]
    [InlineData("", "CHOWN,CAP_KILL", "default -CHOWN -KILL")]
    [InlineData("ALL", "", "all")]
    [InlineData("all", "SYS_ADMIN", "all -SYS_ADMIN")]
    [InlineData("", "ALL", "")]
    [InlineData("NET_RAW", "all", "NET_RAW")]
    [InlineData("ALL", "ALL", "all")]             // adding everything is looked at first
    [InlineData("CHOWN", "CHOWN", "default")]     // drops come before adds
    [InlineData("SYS_TIME", "SYS_TIME", "default SYS_TIME")]
    public void Add_and_drop(string add, string drop, string expected)
    {
        CapabilitySet available = CapabilitySet.Known.Except(CapabilitySet.Of(Capability.SysResource));

        CapabilitySet result = CapabilityChange.Apply(CapabilitySet.DockerDefault, available, List(add), List(drop));

        Assert.Equal(Expected(expected, available).ToNames(), result.ToNames());
    }

    [Fact]
    public void Unknown_name_on_a_list_is_named_in_full()
    {
        UnknownCapabilityException e = Assert.Throws<UnknownCapabilityException>(() => CapabilityChange.Apply(default, default, ["foo"], []));
        Assert.Equal("unknown capability: \"CAP_FOO\"", e.Message);
    }

    [Fact]
    public void Own_bounding_set_is_within_what_is_known() => Assert.True(BoundingSet.Read().Except(CapabilitySet.Known).IsEmpty);

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static CapabilitySet Expected(string words, CapabilitySet available)
    {
        CapabilitySet set = default;
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            set = word switch
            {
                "default" => set.Union(CapabilitySet.DockerDefault),
                "all" => set.Union(available),
                _ when word[0] == '-' => set.Except(CapabilitySet.Parse([word[1..]])),
                _ => set.Union(CapabilitySet.Parse([word])),
            };
        }

        return set;
    }
}
