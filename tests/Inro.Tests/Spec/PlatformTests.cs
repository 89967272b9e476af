using Inro.Spec;
using Xunit;

namespace Inro.Tests.Spec;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64", 0)]
    [InlineData("linux/x86_64", "linux/amd64", 0)]
    [InlineData("linux/amd64/v3", "linux/amd64/v2", 10)]
    [InlineData("linux/amd64/v3", "linux/amd64", 20)]
    [InlineData("linux/amd64", "linux/amd64/v2", null)]
    [InlineData("linux/arm64", "linux/arm64/v8", 0)]
    [InlineData("linux/aarch64", "linux/arm64", 0)]
    [InlineData("linux/arm/v7", "linux/arm/v6", 10)]
    [InlineData("linux/arm/v6", "linux/arm/v7", null)]
    [InlineData("linux/arm", "linux/arm/v7", 0)]
    [InlineData("linux/armhf", "linux/arm/v7", 0)]
    [InlineData("linux/amd64", "linux/arm64", null)]
    [InlineData("linux/amd64", "windows/amd64", null)]
    [InlineData("linux/amd64", "unknown/unknown", null)]
    public void Offer_is_as_far_as_its_levels_below(string host, string offer, int? distance) =>
        Assert.Equal(distance, Platform.Parse(host).Distance(Platform.Parse(offer)));

    [Theory]
    [InlineData("")]
    [InlineData("linux/")]
    [InlineData("a/b/c/d")]
    [InlineData("linux/amd 64")]
    public void Others_are_refused(string text) => Assert.Throws<FormatException>(() => Platform.Parse(text));
}
