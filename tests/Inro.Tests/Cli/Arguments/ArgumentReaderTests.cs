using Inro.Cli.Arguments;
using Xunit;

namespace Inro.Tests.Cli.Arguments;

/// <summary>The rows are what docker's own parser does with the same words.</summary>
public sealed class ArgumentReaderTests
{
    [Theory]
    [InlineData("--name web image", "name=web", "image")]
    [InlineData("--name=web image", "name=web", "image")]
    [InlineData("--name= image", "name=", "image")]
    [InlineData("--name=a=b image", "name=a=b", "image")]
    [InlineData("-i -t image", "i=True t=True", "image")]
    [InlineData("-it image", "i=True t=True", "image")]
    [InlineData("-ti=false image", "t=True i=False", "image")]
    [InlineData("--interactive=false image", "i=False", "image")]
    [InlineData("-eA=b image", "env=A=b", "image")]
    [InlineData("-e=A=b image", "env=A=b", "image")]
    [InlineData("-e A=b -e C image", "env=A=b env=C", "image")]
    [InlineData("-ite A=b image", "i=True t=True env=A=b", "image")]
    [InlineData("-iteA=b image", "i=True t=True env=A=b", "image")]
    [InlineData("-- --name image", "", "--name image")]
    [InlineData("-e -- image", "env=--", "image")]
    [InlineData("- image", "", "- image")]
    [InlineData("image --name web -it", "", "image --name web -it")]
    [InlineData("-i image -- x", "i=True", "image -- x")]
    public void Flags_before_the_first_operand_are_ours_and_the_rest_is_the_commands(string line, string set, string operands)
    {
        List<string> seen = [];

        ParsedArguments parsed = ArgumentReader.Read(Table(seen), line.Split(' '), flagsAfterOperands: false);

        Assert.Equal(set, string.Join(' ', seen));
        Assert.Equal(operands, string.Join(' ', parsed.Operands));
    }

    [Theory]
    [InlineData("a -i b --name web", "i=True name=web", "a b")]
    [InlineData("a -- -i b", "", "a -i b")]
    [InlineData("a - b", "", "a - b")]
    public void Flags_may_follow_operands_where_no_command_does(string line, string set, string operands)
    {
        List<string> seen = [];

        ParsedArguments parsed = ArgumentReader.Read(Table(seen), line.Split(' '), flagsAfterOperands: true);

        Assert.Equal(set, string.Join(' ', seen));
        Assert.Equal(operands, string.Join(' ', parsed.Operands));
    }

    [Theory]
    [InlineData("--nam x", "unknown flag: --nam")]
    [InlineData("--nam=x", "unknown flag: --nam")]
    [InlineData("-x", "unknown shorthand flag: 'x' in -x")]
    [InlineData("-ixt", "unknown shorthand flag: 'x' in -xt")]
    [InlineData("--name", "flag needs an argument: --name")]
    [InlineData("-e", "flag needs an argument: 'e' in -e")]
    [InlineData("-ie", "flag needs an argument: 'e' in -e")]
    [InlineData("--=x", "bad flag syntax: --=x")]
    [InlineData("---x", "bad flag syntax: ---x")]
    [InlineData("--interactive=maybe", "invalid argument \"maybe\" for \"-i, --interactive\" flag: \"maybe\" is neither true nor false")]
    [InlineData("--memory 5x", "invalid argument \"5x\" for \"-m, --memory\" flag: invalid size: '5x'")]
    public void A_bad_flag_is_named_and_ends_with_status_125(string line, string message)
    {
        UsageException thrown = Assert.Throws<UsageException>(() => ArgumentReader.Read(Table([]), line.Split(' '), flagsAfterOperands: false));

        Assert.Equal(message, thrown.Message);
        Assert.Equal(125, thrown.Status);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-ih")]
    [InlineData("--name x --help --unknown")]
    public void Help_ends_the_reading(string line) =>
        Assert.True(ArgumentReader.Read(Table([]), line.Split(' '), flagsAfterOperands: false).WantsHelp);

    private static FlagTable Table(List<string> seen) => new FlagTable()
        .Text("name", '\0', "", v => seen.Add($"name={v}"))
        .Switch("interactive", 'i', "", v => seen.Add($"i={v}"))
        .Switch("tty", 't', "", v => seen.Add($"t={v}"))
        .Bytes("memory", 'm', "", v => seen.Add($"m={v}"))
        .List("env", 'e', "", v => seen.Add($"env={v}"));
}
