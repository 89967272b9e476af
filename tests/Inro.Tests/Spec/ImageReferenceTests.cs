using Inro.Spec;
using Xunit;

namespace Inro.Tests.Spec;

public sealed class ImageReferenceTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("alpine", "docker.io/library/alpine:latest")]
    [InlineData("alpine:3.20", "docker.io/library/alpine:3.20")]
    [InlineData("user/app", "docker.io/user/app:latest")]
    [InlineData("index.docker.io/alpine", "docker.io/library/alpine:latest")]
    [InlineData("docker.io/alpine", "docker.io/library/alpine:latest")]
    [InlineData("localhost/app", "localhost/app:latest")] // a host, not a Docker Hub user
    [InlineData("localhost:5000/app", "localhost:5000/app:latest")]
    [InlineData("reg.test:5000/a/b", "reg.test:5000/a/b:latest")] // that colon is a port
    [InlineData("reg.test:5000/a/b:v1", "reg.test:5000/a/b:v1")]
    [InlineData("[::1]:5000/a", "[::1]:5000/a:latest")]
    [InlineData("HOST/a", "HOST/a:latest")] // upper case makes it a host
    [InlineData("a__b/c-d.e---f", "docker.io/a__b/c-d.e---f:latest")]
    [InlineData("alpine@sha256:" + Hex, "docker.io/library/alpine@sha256:" + Hex)]
    [InlineData("alpine:3@sha256:" + Hex, "docker.io/library/alpine:3@sha256:" + Hex)]
    public void Short_names_expand(string typed, string canonical) => Assert.Equal(canonical, ImageReference.Parse(typed).ToString());

    [Theory]
    [InlineData("docker.io/library/alpine:latest", "alpine:latest")]
    [InlineData("docker.io/user/app:1", "user/app:1")]
    [InlineData("docker.io/library/a/b:1", "library/a/b:1")]
    [InlineData("quay.io/user/app:1", "quay.io/user/app:1")]
    public void People_see_the_short_form(string canonical, string familiar) => Assert.Equal(familiar, ImageReference.Parse(canonical).Familiar);

    [Theory]
    [InlineData("")]
    [InlineData("Alpine")]
    [InlineData("a/B")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a:")]
    [InlineData("a:-x")]
    [InlineData("a:b:c")]
    [InlineData("a b")]
    [InlineData("a@sha256:123")]
    [InlineData("a@md5:" + Hex)]
    [InlineData(Hex)]
    [InlineData("reg.test:port/a")]
    [InlineData("reg_.test/a")]
    [InlineData("a:" + Hex + Hex + "x")] // 129 characters
    [InlineData("\u00e4")]
    public void Others_are_refused(string typed) => Assert.False(ImageReference.TryParse(typed, out _, out string? why) || why is null);

    [Fact]
    public void Canonical_form_is_its_own_expansion()
    {
        foreach (string typed in (string[])["alpine", "a/b/c:1", "localhost:1/x@sha256:" + Hex])
        {
            string canonical = ImageReference.Parse(typed).ToString();
            Assert.Equal(canonical, ImageReference.Parse(canonical).ToString());
        }
    }
}
