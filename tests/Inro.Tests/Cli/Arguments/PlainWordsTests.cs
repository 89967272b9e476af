using Inro.Cli.Arguments;
using Xunit;

namespace Inro.Tests.Cli.Arguments;

/// <summary>Command lines in one spelling.</summary>
public sealed class PlainWordsTests
{
    [Theory]
    [InlineData("image", "image")]
    [InlineData("-it image sh -c x", "--interactive=true --tty=true image sh -c x")]
    [InlineData("-eA=b --env C=d -n web image -e no", "--env=A=b --env=C=d --name=web image -e no")]
    [InlineData("--tty=false --drop x image", "--tty=false image")]
    [InlineData("-- image --tty", "image --tty")]
    public void Each_flag_has_its_long_name_and_its_value(string line, string expected)
    {
        string? set = null;
        FlagTable table = new FlagTable()
            .Switch("interactive", 'i', "", static _ => { })
            .Switch("tty", 't', "", static _ => { })
            .List("env", 'e', "", v => set = v)
            .Text("drop", '\0', "", v => set = v)
            .Text("name", 'n', "", v => set = v);

        Assert.Equal(expected, string.Join(' ', PlainWords.Of(table, line.Split(' '), static name => name != "drop")));
        Assert.Null(set);
    }
}
