using Inro.Engine.Rootless;
using Xunit;

namespace Inro.Tests.Engine.Rootless;

public sealed class SubordinateIdsTests
{
    [Theory]
    [InlineData("ann:100000:65536", "ann", 1000u, 100000u, 65536u)]
    [InlineData("bob:1:2\nann:165536:65536\n", "ann", 1000u, 165536u, 65536u)]
    [InlineData("1000:200000:10", "ann", 1000u, 200000u, 10u)]   // a row may name the id
    [InlineData("1000:200000:10", null, 1000u, 200000u, 10u)]    // a user without a name
    [InlineData(" ann:5:6 \r\n", "ann", 1000u, 5u, 6u)]
    public void Row_of_the_user_is_found(string text, string? name, uint user, uint start, uint count) =>
        Assert.Equal(new SubordinateIds(start, count), SubordinateIds.Find(text, name, user));

    [Theory]
    [InlineData("")]
    [InlineData("ann")]
    [InlineData("ann:x:65536")]
    [InlineData("ann:-1:65536")]
    [InlineData("ann:100000:0")]
    [InlineData("ann:4294967295:2")]      // would pass the last id
    [InlineData("annabel:100000:65536")]
    [InlineData("10000:100000:65536")]
    public void Other_and_malformed_rows_give_nothing(string text) =>
        Assert.Null(SubordinateIds.Find(text, "ann", 1000));
}
