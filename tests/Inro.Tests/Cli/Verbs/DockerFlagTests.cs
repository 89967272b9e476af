using Inro.Cli.Arguments;
using Inro.Cli.Verbs;
using Xunit;

namespace Inro.Tests.Cli.Verbs;

/// <summary>The verbs and flags of docker, by the tables beside this file.</summary>
public sealed class DockerFlagTests
{
    private static readonly DockerCompatibility Docker = new();

    public static TheoryData<string> Verbs() => [.. Docker.Commands.Select(static c => c.Verb)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_verb_knows_each_flag_that_docker_has_or_it_is_said_why_not(string path)
    {
        if (Docker.Of(path, flag: null) is { Word: "later" or "refused" }) { return; }

        Verb? verb = DockerCompatibility.Find(path);
        Assert.NotNull(verb);
        FlagTable table = DockerCompatibility.FlagsOf(verb);
        string[] flags = Docker.Commands.Single(c => c.Verb == path).Flags;

        string[] missing = [.. flags.Where(f => table.Find(f) is null && Docker.Of(path, "--" + f) is not { Word: "refused" or "later" })];

        Assert.Empty(missing);
    }

    [Fact]
    public void What_is_said_of_differences_is_still_true() => Assert.Empty(Docker.Stale());

    [Fact]
    public void The_document_is_up_to_date()
    {
        string file = Path.Combine(Repository.Root, "docs/docker-compatibility.md");
        string wanted = Docker.Write();
        if (Environment.GetEnvironmentVariable("INRO_WRITE_TABLES") == "1") { File.WriteAllText(file, wanted); }

        Assert.Equal(wanted, File.ReadAllText(file));
    }
}
