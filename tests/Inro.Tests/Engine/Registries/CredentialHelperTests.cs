using Inro.Engine;
using Inro.Engine.Registries;
using Inro.Images.Registry;
using Xunit;

namespace Inro.Tests.Engine.Registries;

/// <summary>Helpers that do not do as they should.</summary>
[Collection(StartsProcesses.Name)]
public sealed class CredentialHelperTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("inro-helper-");
    private readonly string? path = Environment.GetEnvironmentVariable("PATH");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", path);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("exec <&-; echo the vault is locked; exit 3", "docker-credential-odd store failed: the vault is locked")]
    [InlineData("exec <&-; exit 3", "docker-credential-odd store failed: it ended with 3 and said nothing to us")]
    public void A_helper_that_ends_before_it_has_read_everything_is_named_with_its_words(string script, string problem)
    {
        EngineException failed = Assert.Throws<EngineException>(() => Helper(script).Store("registry.example", new RegistryCredentials("me", new string('x', 1 << 20))));

        Assert.Equal(problem, failed.Problem);
    }

    [Fact]
    public void A_helper_that_needs_not_read_everything_is_believed() =>
        Helper("exec <&-; exit 0").Store("registry.example", new RegistryCredentials("me", new string('x', 1 << 20)));

    private CredentialHelper Helper(string script)
    {
        string file = folder.FullName + "/docker-credential-odd";
        File.WriteAllText(file, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable("PATH", $"{folder.FullName}:{path}");
        return new CredentialHelper("odd");
    }
}
