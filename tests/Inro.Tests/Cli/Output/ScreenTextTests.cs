using Inro.Cli.Output;
using Inro.Cli.Verbs.Registries;
using Xunit;

namespace Inro.Tests.Cli.Output;

/// <summary>What comes from outside, on its way to a terminal; patterns of names.</summary>
public sealed class ScreenTextTests
{
    [Theory]
    [InlineData("plain ünï\n\tlines", "plain ünï\n\tlines")]
    [InlineData("a\u001b[2Jb\rc\u0007", "a?[2Jb?c?")]
    [InlineData("\u009b31m\u007f", "?31m?")]
    [InlineData("abc\u202edef\u2066", "abc?def?")]
    public void Control_characters_become_question_marks(string text, string shown) => Assert.Equal(shown, ScreenText.Of(text));

    [Fact]
    public void A_name_is_one_short_line() => Assert.Equal("a?b" + new string('x', 509) + "…", ScreenText.Name("a\nb" + new string('x', 2000)));

    [Theory]
    [InlineData("1.*", "1.2", true)]
    [InlineData("1.*", "2.1.", false)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a?c*e", "abcdde", true)]
    [InlineData("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("*alpine", "3-alpine", true)]
    public void A_pattern_means_the_whole_name(string pattern, string name, bool isMeant) => Assert.Equal(isMeant, Glob.Matches(pattern, name));
}
