using Inro.Engine.Registries;
using Inro.Images.Registry;
using Xunit;

namespace Inro.Tests.Engine.Registries;

/// <summary>Credentials in docker's and podman's files.</summary>
public sealed class CredentialStoreTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("inro-login-");

    private string Config => folder + "/config.json";

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void What_was_put_is_found_and_the_rest_of_the_file_stays()
    {
        File.WriteAllText(Config, """{"HttpHeaders":{"X":"y"},"auths":{"a.example":{"auth":"dTpw"}}}""");
        var store = new CredentialStore(Config, [], []);

        Assert.False(store.Put("b.example:5000", new RegistryCredentials("me", "se:cret")));

        Assert.Equal(new RegistryCredentials("me", "se:cret"), store.Find("b.example:5000"));
        Assert.Equal(new RegistryCredentials("u", "p"), store.Find("a.example"));
        Assert.Contains("\"X\": \"y\"", File.ReadAllText(Config), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Config));
        Assert.True(store.Remove("b.example:5000"));
        Assert.Null(store.Find("b.example:5000"));
        Assert.False(store.Remove("b.example:5000"));
        Assert.Single(folder.GetFiles());
    }

    [Theory]
    [InlineData("""{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}}""", "https://index.docker.io/v1/", "u")]
    [InlineData("""{"auths":{"https://a.example/v1/":{"auth":"dTpw"}}}""", "a.example", "u")]
    [InlineData("""{"auths":{"a.example":{"username":"n","password":"w"}}}""", "a.example", "n")]
    [InlineData("""{"auths":{"a.example":{"auth":"!!!"}}}""", "a.example", null)]
    [InlineData("""{"auths":{"a.example":{}}}""", "a.example", null)]
    [InlineData("", "a.example", null)]
    public void Entries_have_many_forms(string file, string registry, string? user)
    {
        File.WriteAllText(Config, file);

        Assert.Equal(user, new CredentialStore(Config, [], []).Find(registry)?.UserName);
    }

    [Fact]
    public void An_identity_token_stands_for_a_password()
    {
        File.WriteAllText(Config, """{"auths":{"a.example":{"auth":"dTo=","identitytoken":"long"}}}""");

        Assert.Equal("long", new CredentialStore(Config, [], []).Find("a.example")!.IdentityToken);
    }

    [Fact]
    public void Podmans_file_is_read_after_dockers()
    {
        File.WriteAllText(folder + "/auth.json", """{"auths":{"a.example":{"auth":"dTpw"}}}""");

        Assert.Equal("u", new CredentialStore(Config, [folder + "/auth.json"], []).Find("a.example")?.UserName);
    }
}
