using Inro.Cli.Arguments;
using Inro.Cli.Verbs;
using Xunit;

namespace Inro.Tests.Cli.Verbs;

/// <summary>The verbs and flags of docker, and what podman has besides, by the tables beside this file.</summary>
public sealed class CompatibilityTests
{
    public static TheoryData<string, string> Verbs()
    {
        TheoryData<string, string> verbs = [];
        foreach (string engine in (string[])["docker", "podman"])
        {
            foreach (string verb in Of(engine).Rows.SelectMany(static r => r.Verbs)) { verbs.Add(engine, verb); }
        }

        return verbs;
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_verb_knows_each_flag_of_the_engine_or_it_is_said_why_not(string engine, string path)
    {
        CompatibilityTable table = Of(engine);
        CompatibilityRow row = table.Rows.Single(r => r.Verbs.Contains(path));
        if (table.Of(row, flag: null) is { Word: "later" or "refused" }) { return; }

        Verb? verb = CompatibilityTable.Find(path);
        Assert.NotNull(verb);
        FlagTable flags = CompatibilityTable.FlagsOf(verb);

        string[] missing = [.. row.Flags.Where(f => flags.Find(f) is null && table.Of(row, "--" + f) is not { Word: "refused" or "later" })];

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void What_is_said_of_differences_is_still_true(string engine) => Assert.Empty(Of(engine).Stale());

    [Fact]
    public void Podmans_table_has_only_what_docker_has_not()
    {
        var docker = CompatibilityTable.Docker.Rows.SelectMany(static r => r.Verbs.Select(v => (v, r.Flags))).ToDictionary(static r => r.v, static r => r.Flags, StringComparer.Ordinal);

        string[] twice = [.. CompatibilityTable.Podman.Rows.SelectMany(r => r.Verbs.SelectMany(v => r.Flags.Where(f => docker.TryGetValue(v, out string[]? known) && known.Contains(f)).Select(f => $"{v} --{f}")))];

        Assert.Empty(twice);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void The_document_is_up_to_date(string engine)
    {
        string wanted = Of(engine).Write();
        if (Environment.GetEnvironmentVariable("INRO_WRITE_TABLES") == "1") { File.WriteAllText(Of(engine).Document, wanted); }

        Assert.Equal(wanted, File.ReadAllText(Of(engine).Document));
    }

    private static CompatibilityTable Of(string engine) => engine == "docker" ? CompatibilityTable.Docker : CompatibilityTable.Podman;
}
