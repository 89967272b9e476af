using Inro.Cli.Arguments;
using Inro.Cli.Verbs;
using Xunit;

namespace Inro.Tests.Cli.Verbs;

/// <summary>The flags of docker's verbs, by the table beside this file.</summary>
public sealed class DockerFlagTests
{
    private const string Table = "tests/Inro.Tests/Cli/Verbs/docker-flags.txt";

    public static TheoryData<string, string> Verbs()
    {
        TheoryData<string, string> rows = [];
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, Table)).Where(static l => !l.StartsWith('#')))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            rows.Add(line[..colon], line[(colon + 1)..].Trim());
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_verb_knows_each_flag_that_docker_has(string path, string flags)
    {
        string[] words = path.Split(' ');
        Verb? verb = words.Length == 1 ? VerbGroup.Root.Find(words[0]) : VerbGroup.Of(words[0])?.Find(words[1]);
        Assert.NotNull(verb);
        var table = new FlagTable();
        verb.AddFlags(table);

        string[] missing = [.. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(f => table.Find(f) is null)];

        Assert.Empty(missing);
    }
}
