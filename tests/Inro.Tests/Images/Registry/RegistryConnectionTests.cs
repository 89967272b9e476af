using Inro.Images.Registry;
using Xunit;

namespace Inro.Tests.Images.Registry;

/// <summary>Who asks is said to the registry, and to nobody else.</summary>
public sealed class RegistryConnectionTests
{
    [Theory]
    [InlineData("https://a.example/v2/x", "https://a.example", true)]
    [InlineData("https://A.example:443/v2/x", "https://a.example", true)]
    [InlineData("http://a.example/v2/x", "https://a.example", false)]
    [InlineData("http://a.example:443/v2/x", "https://a.example:443", false)]
    [InlineData("https://a.example:5000/v2/x", "https://a.example", false)]
    [InlineData("https://b.example/v2/x", "https://a.example", false)]
    [InlineData("http://127.0.0.1:5000/v2/x", "http://127.0.0.1:5000", true)]
    public void An_address_is_the_registrys_by_host_port_and_scheme(string address, string registry, bool isIts) =>
        Assert.Equal(isIts, RegistryConnection.IsSame(new Uri(address), new Uri(registry)));
}
