using System.Text.RegularExpressions;
using Inro.Cli.Verbs.Oci;
using Xunit;

namespace Inro.Tests.Cli.Oci;

public sealed partial class OciHelpTests
{
    /// <summary>Every verb.</summary>
    public static TheoryData<string> Verbs { get; } =
        ["create", "run", "start", "state", "kill", "delete", "list", "ps", "pause", "resume", "exec", "update", "events", "spec", "features"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_has_help_and_stands_in_the_help_of_the_program(string verb)
    {
        Assert.Contains($"inro-oci {verb} - ", OciHelp.Of(verb), StringComparison.Ordinal);
        Assert.Matches($@"(?m)^   {verb} +\S", OciHelp.Of(""));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    [InlineData("exec")]
    public void Every_flag_of_a_launch_that_help_names_is_taken(string verb)
    {
        foreach ((string flag, bool hasValue) in Flags(verb))
        {
            string value = flag is "user" or "u" or "additional-gids" or "g" or "preserve-fds" ? "1" : "x";
            var flags = new OciFlags(verb, hasValue ? [$"--{flag}={value}", "id"] : [$"--{flag}", "id"]);

            OciLaunchFlags.Read(ref flags, isExec: verb is "exec");

            Assert.Equal(["id"], flags.Operands(1, 1));
        }
    }

    [Fact]
    public void Every_flag_of_update_that_help_names_is_taken()
    {
        foreach ((string flag, bool hasValue) in Flags("update"))
        {
            var flags = new OciFlags("update", [$"--{flag}=1"]);
            Assert.True(flags.NextFlag(out string name));

            Assert.True(hasValue);
            Assert.True(new UpdateFlags().Take(name, ref flags), flag);
        }
    }

    // "--name value, -n value  what it does"
    private static (string Name, bool HasValue)[] Flags(string verb)
    {
        (string, bool)[] flags = [.. FlagPattern().Matches(OciVerbHelp.Of(verb)!.Options).Select(static m => (m.Groups["name"].Value, m.Groups["value"].Success))]; // not null: a verb
        Assert.True(flags.Length >= 8);
        return flags;
    }

    [GeneratedRegex(@"(?<=^|, )--?(?<name>[a-z0-9-]+)(?<value> value)?(?=,|  )", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FlagPattern();
}
