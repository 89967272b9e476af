using Inro.Engine;
using Inro.Engine.Registries;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Engine.Registries;

/// <summary>Which server is asked for which image, as the files of containers and of docker say.</summary>
public sealed class RegistryRulesTests : IDisposable
{
    private const string File2 = """
        unqualified-search-registries = ["docker.io"]
        credential-helpers = ["containers-auth.json", "vault"]

        [[registry]]
        prefix = "example.com/team"
        location = "store.internal:5000/mirrored/team"
        insecure = true

        [[registry.mirror]]
        location = "near.internal/team"

        [[registry.mirror]]
        location = "digests.internal/team"
        pull-from-mirror = "digest-only"

        [[registry]]
        prefix = "example.com/team/secret"
        blocked = true

        [[registry]]
        prefix = "*.wild.example"
        location = "one.internal"

        [[registry]]
        prefix = "slash.example/team/"
        location = "slash.internal/other/"

        [[registry.mirror]]
        location = "slash-mirror.internal//"

        [[registry]]
        location = "plain.internal"
        insecure = true
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("inro-rules-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("alpine", "registry-1.docker.io/library/alpine")]
    [InlineData("example.com/team/app:1", "near.internal/team/app store.internal:5000!/mirrored/team/app")]
    [InlineData("example.com/team/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "near.internal/team/app digests.internal/team/app store.internal:5000!/mirrored/team/app")]
    [InlineData("example.com/teams/app", "example.com/teams/app")]
    [InlineData("a.b.wild.example/x/y:2", "one.internal/x/y")]
    [InlineData("slash.example/team/app", "slash-mirror.internal/app slash.internal/other/app")]
    [InlineData("slash.example/teams/app", "slash.example/teams/app")]
    [InlineData("plain.internal/x", "plain.internal!/x")]
    [InlineData("127.0.0.1:5000/x", "127.0.0.1:5000!/x")]
    public void Servers_are_asked_in_this_order(string typed, string servers) => Assert.Equal(servers, Show(Rules(File2).ForPull(ImageReference.Parse(typed))));

    [Fact]
    public void A_blocked_one_is_not_asked()
    {
        EngineException refused = Assert.Throws<EngineException>(() => Rules(File2).ForPull(ImageReference.Parse("example.com/team/secret/app")));

        Assert.Contains("blocked by registries.conf", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Mirrors_are_not_pushed_to() => Assert.Equal("store.internal:5000!/mirrored/team/app", Show([Rules(File2).ForPush(ImageReference.Parse("example.com/team/app"))]));

    [Fact]
    public void Helpers_are_named() => Assert.Equal(["containers-auth.json", "vault"], Rules(File2).CredentialHelpers);

    [Fact]
    public void Dockers_file_gives_mirrors_and_insecure_ones()
    {
        RegistryRules rules = Rules("", """{"registry-mirrors":["http://m.internal:81/hub/"],"insecure-registries":["old.internal:5000","10.0.0.0/8"],"log-driver":"local"}""");

        Assert.Equal("m.internal:81!(hub)/library/alpine registry-1.docker.io/library/alpine", Show(rules.ForPull(ImageReference.Parse("alpine"))));
        Assert.Equal("old.internal:5000!/x", Show(rules.ForPull(ImageReference.Parse("old.internal:5000/x"))));
        Assert.Equal("10.1.2.3:5000!/x", Show(rules.ForPull(ImageReference.Parse("10.1.2.3:5000/x"))));
        Assert.Equal("11.1.2.3:5000/x", Show(rules.ForPull(ImageReference.Parse("11.1.2.3:5000/x"))));
    }

    [Theory]
    [InlineData("[[registry]\n", null)]
    [InlineData("", "{\"registry-mirrors\": 5}")]
    [InlineData("", "{\"registry-mirrors\": [\"no address\"]}")]
    public void What_cannot_be_understood_is_refused_by_its_name(string registries, string? daemon)
    {
        EngineException refused = Assert.Throws<EngineException>(() => Rules(registries, daemon));

        Assert.Contains(daemon is null ? "registries.conf" : "daemon.json", refused.Problem, StringComparison.Ordinal);
    }

    private RegistryRules Rules(string registries, string? daemon = null)
    {
        File.WriteAllText(folder + "/registries.conf", registries);
        if (daemon is not null) { File.WriteAllText(folder + "/daemon.json", daemon); }

        return RegistryConfiguration.ReadRules([folder + "/registries.conf", folder + "/absent.conf"], folder + "/daemon.json");
    }

    private static string Show(IEnumerable<RegistrySource> sources) =>
        string.Join(' ', sources.Select(static s => $"{s.Host.Address}{(s.Host.IsInsecure ? "!" : "")}{(s.Host.Prefix.Length > 0 ? $"({s.Host.Prefix})" : "")}/{s.Repository}"));
}
