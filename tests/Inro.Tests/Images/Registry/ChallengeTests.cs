using Inro.Images.Registry;
using Xunit;

namespace Inro.Tests.Images.Registry;

/// <summary>What registries ask of somebody whom they do not know.</summary>
public sealed class ChallengeTests
{
    [Fact]
    public void A_token_goes_before_a_password()
    {
        Challenge challenge = Of("Basic realm=\"a\"", "Bearer realm=\"https://auth.example/token\",service=\"registry.example\",scope=\"repository:a/b:pull,push\"")!;

        Assert.Equal("bearer", challenge.Scheme);
        Assert.Equal("https://auth.example/token", challenge.Parameters["realm"]);
        Assert.Equal("registry.example", challenge.Parameters["service"]);
        Assert.Equal("repository:a/b:pull,push", challenge.Parameters["scope"]);
    }

    [Theory]
    [InlineData("realm=token, Service = \"a \\\"b\\\"\"", "token", "a \"b\"")]
    [InlineData("realm=\"x\",service=y", "x", "y")]
    [InlineData("realm=\"no end, service=z", "no end, service=z", null)]
    public void Parameters_come_quoted_or_bare(string text, string realm, string? service)
    {
        Dictionary<string, string> read = Challenge.Read(text);

        Assert.Equal(realm, read["realm"]);
        Assert.Equal(service, read.GetValueOrDefault("service"));
    }

    [Theory]
    [InlineData("Negotiate")]
    [InlineData("")]
    public void Other_schemes_are_not_answered(string header) => Assert.Null(header.Length == 0 ? Of() : Of(header));

    private static Challenge? Of(params string[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (string header in headers) { response.Headers.WwwAuthenticate.ParseAdd(header); }

        return Challenge.Of(response.Headers.WwwAuthenticate);
    }
}
