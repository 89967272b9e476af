using System.Text;
using Inro.Server.Http;
using Xunit;

namespace Inro.Tests.Server;

public sealed class DockerApiTests
{
    [Theory]
    [InlineData("/_ping", "/_ping", "")]
    [InlineData("/v1.41/_ping", "/_ping", "1.41")]
    [InlineData("/v1.51/containers/json", "/containers/json", "1.51")]
    [InlineData("/version", "/version", "")] // begins with v, is no version
    [InlineData("/v1/version", "/v1/version", "")]
    [InlineData("/v1.x/version", "/v1.x/version", "")]
    [InlineData("/v1.41", "/v1.41", "")]
    [InlineData("/v123456.1/version", "/v123456.1/version", "")]
    [InlineData("/", "/", "")]
    public void A_path_may_begin_with_a_version(string path, string route, string version)
    {
        ApiPath parsed = ApiPath.Of(path);
        Assert.Equal((route, version), (parsed.Route, parsed.Version?.ToString() ?? ""));
    }

    [Fact]
    public void Versions_compare_as_numbers()
    {
        Assert.True(ApiVersion.Parse("1.9") < ApiVersion.Parse("1.24"));
        Assert.True(ApiVersion.Parse("2.0") > ApiVersion.Parse("1.51"));
        Assert.Throws<FormatException>(() => ApiVersion.Parse("1"));
    }

    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("api.moby.localhost", "api.moby.localhost")]
    [InlineData("some.sock:80", "some.sock:80")]
    [InlineData("/var/run/docker.sock", "localhost")]
    [InlineData("%2Fvar%2Frun%2Fdocker.sock", "localhost")]
    [InlineData("a b", "localhost")]
    [InlineData("a:b", "localhost")]
    [InlineData("", "localhost")]
    [InlineData("/", "localhost")] // shorter than what it becomes
    public void A_host_that_is_a_path_is_read_as_localhost(string sent, string read) =>
        Assert.Equal(read, new HostHeaderEncoding().GetString(Encoding.Latin1.GetBytes(sent)));
}
