using Inro.Cli.Verbs.Oci;
using Xunit;

namespace Inro.Tests.Cli.Oci;

public sealed class OciFlagsTests
{
    [Theory]
    [InlineData("delete", "--force id", "force", "id")]
    [InlineData("delete", "id -force", "force", "id")]
    [InlineData("kill", "id KILL --all", "all", "id KILL")]
    [InlineData("kill", "--all -- id -9", "all", "id -9")]
    [InlineData("exec", "-t id ls -l", "t", "id ls -l")]
    [InlineData("ps", "id -o pid", "", "id -o pid")]
    [InlineData("update", "-", "", "-")]
    public void Flags_stand_anywhere_unless_the_operands_are_a_command(string verb, string line, string names, string operands)
    {
        var flags = new OciFlags(verb, line.Split(' '));
        var seen = new List<string>();
        while (flags.NextFlag(out string name)) { seen.Add(name); }

        Assert.Equal(names, string.Join(' ', seen));
        Assert.Equal(operands, string.Join(' ', flags.Operands(0, 9)));
    }

    [Theory]
    [InlineData("--format json")]
    [InlineData("--format=json")]
    [InlineData("-format json")]
    public void A_value_follows_or_is_joined(string line)
    {
        var flags = new OciFlags("list", line.Split(' '));

        Assert.True(flags.NextFlag(out string name));
        Assert.Equal("format", name);
        Assert.Equal("json", flags.Value(name));
        Assert.False(flags.NextFlag(out _));
    }

    [Theory]
    [InlineData("--quiet", true)]
    [InlineData("--quiet=1", true)]
    [InlineData("--quiet=True", true)]
    [InlineData("--quiet=f", false)]
    public void A_switch_can_be_spelled_out(string argument, bool expected)
    {
        var flags = new OciFlags("list", [argument]);

        Assert.True(flags.NextFlag(out _));
        Assert.Equal(expected, flags.Switch());
    }

    [Fact]
    public void A_switch_that_is_neither_is_refused() => Refuses("list", "--quiet=maybe", "invalid boolean value \"maybe\" for -quiet: parse error",
        static (ref OciFlags flags, string _) => flags.Switch());

    [Fact]
    public void A_flag_without_its_value_is_refused() => Refuses("list", "-f", "flag needs an argument: -f", static (ref OciFlags flags, string name) => flags.Value(name));

    [Fact]
    public void A_number_that_is_none_is_refused() => Refuses("create", "--preserve-fds=x", "invalid value \"x\" for flag -preserve-fds: parse error",
        static (ref OciFlags flags, string name) => flags.Number(name, 0, 9));

    [Fact]
    public void An_unknown_flag_is_refused_by_its_name() => Refuses("state", "--what", "flag provided but not defined: -what",
        static (ref OciFlags flags, string name) => throw flags.Unknown(name));

    [Theory]
    [InlineData("---x")]
    [InlineData("--=x")]
    public void Too_many_dashes_are_refused(string argument)
    {
        OciUsageException refusal = Assert.Throws<OciUsageException>(() =>
        {
            var flags = new OciFlags("list", [argument]);
            flags.NextFlag(out _);
        });

        Assert.Equal("bad flag syntax: " + argument, refusal.Message);
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    public void Help_is_no_error(string argument)
    {
        var flags = new OciFlags("state", [argument]);
        flags.NextFlag(out string name);

        OciUsageException help = flags.Unknown(name);

        Assert.True(help.IsHelp);
        Assert.Equal(("state", 0), (help.Verb, help.Status));
    }

    [Theory]
    [InlineData("state", "", 1, 1, "\"state\" requires exactly 1 argument(s)")]
    [InlineData("state", "a b", 1, 1, "\"state\" requires exactly 1 argument(s)")]
    [InlineData("kill", "", 1, 2, "\"kill\" requires a minimum of 1 argument(s)")]
    [InlineData("kill", "a b c", 1, 2, "\"kill\" requires a maximum of 2 argument(s)")]
    public void Operands_are_counted(string verb, string line, int least, int most, string problem)
    {
        OciUsageException refusal = Assert.Throws<OciUsageException>(() =>
        {
            var flags = new OciFlags(verb, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            while (flags.NextFlag(out _)) { continue; }

            flags.Operands(least, most);
        });

        Assert.Equal((problem, verb, 1), (refusal.Message, refusal.Verb, refusal.Status));
    }

    private delegate void Reading(ref OciFlags flags, string name);

    private static void Refuses(string verb, string argument, string problem, Reading read)
    {
        OciUsageException refusal = Assert.Throws<OciUsageException>(() =>
        {
            var flags = new OciFlags(verb, [argument]);
            Assert.True(flags.NextFlag(out string name));
            read(ref flags, name);
        });

        Assert.Equal((problem, verb), (refusal.Message, refusal.Verb));
    }
}
