using Inro.Engine.Containers.Compose;
using Xunit;

namespace Inro.Tests.Engine.Containers.Compose;

/// <summary>Texts with variables.</summary>
public sealed class VariableTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$A", "one")]
    [InlineData("${A}", "one")]
    [InlineData("x${A}y$A_z", "xoney")]
    [InlineData("$A:$A", "one:one")]
    [InlineData("$NOSUCH.", ".")]
    [InlineData("$", "$")]
    [InlineData("${", "${")]
    [InlineData("${A", "${A")]
    [InlineData("$5", "$5")]
    [InlineData(@"\$A", "$A")]
    [InlineData("${A}${A}", "oneone")]
    public void Names_are_filled_in_and_all_else_stays(string text, string expected) =>
        Assert.Equal(expected, VariableText.Fill(text, static name => name == "A" ? "one" : ""));
}
