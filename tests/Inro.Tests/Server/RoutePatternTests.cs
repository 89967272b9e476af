using Inro.Server.Http;
using Xunit;

namespace Inro.Tests.Server;

public sealed class RoutePatternTests
{
    [Theory]
    [InlineData("/info", "/info", "")]
    [InlineData("/containers/{id}/json", "/containers/web/json", "web")]
    [InlineData("/containers/{id}", "/containers/web", "web")]
    [InlineData("/images/{name*}/json", "/images/busybox/json", "busybox")]
    [InlineData("/images/{name*}/json", "/images/127.0.0.1:5000/library/bb:2/json", "127.0.0.1:5000/library/bb:2")]
    [InlineData("/images/{name*}/json", "/images/a@sha256:12/json", "a@sha256:12")]
    [InlineData("/images/{name*}/json", "/images/json/json", "json")]
    public void A_path_that_fits_gives_its_name(string pattern, string path, string name)
    {
        Assert.True(new RoutePattern(pattern).TryMatch(path, out string found));
        Assert.Equal(name, found);
    }

    [Theory]
    [InlineData("/info", "/info/")]
    [InlineData("/containers/{id}/json", "/containers/json")]
    [InlineData("/containers/{id}/json", "/containers//json")]
    [InlineData("/containers/{id}/json", "/containers/a/b/json")]
    [InlineData("/containers/{id}", "/containers/a/json")]
    [InlineData("/images/{name*}/json", "/images/json")]
    [InlineData("/images/{name*}/json", "/images/a/history")]
    public void Another_path_does_not(string pattern, string path) => Assert.False(new RoutePattern(pattern).TryMatch(path, out _));
}
