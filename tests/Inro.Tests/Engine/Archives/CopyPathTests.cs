using Inro.Engine.Archives;
using Xunit;

namespace Inro.Tests.Engine.Archives;

/// <summary>Paths of a copy, taken apart.</summary>
public sealed class CopyPathTests
{
    [Theory]
    [InlineData("/a/b", "/a", "b")]
    [InlineData("/a/b/", "/a", "b")]
    [InlineData("/a/b/.", "/a/b", ".")]
    [InlineData("/a/b/..", "/a/b/..", ".")]
    [InlineData("/a/./b//", "/a/.", "b")]
    [InlineData("/b", "/", "b")]
    [InlineData("/", "/", ".")]
    [InlineData("/.", "/", ".")]
    [InlineData(".", ".", ".")]
    [InlineData("b", ".", "b")]
    public void The_last_name_is_taken_off(string path, string directory, string name) => Assert.Equal((directory, name), CopyPath.Split(path));

    [Theory]
    [InlineData("/a/", true)]
    [InlineData("/a/.", true)]
    [InlineData(".", true)]
    [InlineData("/a", false)]
    [InlineData("/a.", false)]
    public void A_slash_or_a_point_at_the_end_names_a_directory(string path, bool names) => Assert.Equal(names, CopyPath.NamesDirectory(path));
}
