using System.Text;
using Inro.Cli.Arguments;
using Inro.Cli.Verbs;

namespace Inro.Tests.Cli.Verbs;

/// <summary>Docker's command line beside ours, by the two tables beside this file; written to <c>docs/docker-compatibility.md</c>.</summary>
internal sealed class DockerCompatibility
{
    private const string Directory = "tests/Inro.Tests/Cli/Verbs/";

    private readonly List<(string Verb, string? Flag, string Word, string Reason)> differences;

    public DockerCompatibility()
    {
        Commands = [.. Lines("docker-flags.txt").Select(static l => l.Split(':', 2)).Select(static p => (p[0], p[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        differences = [.. Lines("docker-differences.txt").SelectMany(Difference)];
    }

    /// <summary>Docker's verbs with their flags.</summary>
    public IReadOnlyList<(string Verb, string[] Flags)> Commands { get; }

    /// <summary>The verb of that path, or null.</summary>
    public static Verb? Find(string path)
    {
        string[] words = path.Split(' ');
        return words.Length == 1 ? VerbGroup.Root.Find(words[0]) : VerbGroup.Of(words[0])?.Find(words[1]);
    }

    /// <summary>The flags of a verb.</summary>
    public static FlagTable FlagsOf(Verb verb)
    {
        var table = new FlagTable();
        verb.AddFlags(table);
        return table;
    }

    /// <summary>What is said of a verb, or of a flag of it; null: it works as docker's.</summary>
    public (string Word, string Reason)? Of(string verb, string? flag)
    {
        foreach ((string pattern, string? named, string word, string reason) in differences)
        {
            bool isVerb = pattern == verb || (pattern.EndsWith(" *", StringComparison.Ordinal) && verb.StartsWith(pattern[..^1], StringComparison.Ordinal));
            if (isVerb && named == flag) { return (word, reason); }
        }

        return null;
    }

    /// <summary>Rows of the second table that speak of nothing in the first one, or of what is there after all.</summary>
    public IEnumerable<string> Stale()
    {
        foreach ((string pattern, string? flag, string word, string _) in differences)
        {
            string prefix = pattern.TrimEnd('*');
            (string Verb, string[] Flags)[] meant = [.. Commands.Where(c => c.Verb == pattern || (pattern.EndsWith(" *", StringComparison.Ordinal) && c.Verb.StartsWith(prefix, StringComparison.Ordinal)))];
            if (meant.Length == 0 && word != "later") { yield return $"{pattern}: docker has no such verb"; }

            foreach ((string verb, string[] flags) in meant)
            {
                if (flag is null && Find(verb) is not null && word == "later") { yield return $"{verb} is there"; }

                if (flag is not null && word == "later" && Find(verb) is { } there && FlagsOf(there).Find(flag.AsSpan(2)) is not null) { yield return $"{verb} {flag} is there"; }

                if (flag is not null && !pattern.EndsWith(" *", StringComparison.Ordinal) && !flags.Contains(flag[2..])) { yield return $"{verb} has no {flag}"; }
            }
        }
    }

    /// <summary>The document.</summary>
    public string Write()
    {
        StringBuilder text = new(
            """
            # Docker's command line, verb by verb

            Written by the test run (`INRO_WRITE_TABLES=1 ./dev unit`), never by hand; a test fails while it is out of date.
            A flag that stands without a remark works as docker's does. *later*: not there yet. *refused*: the command says so, and why.

            | verb | flags | remarks |
            | --- | --- | --- |

            """);
        foreach ((string verb, string[] flags) in Commands)
        {
            if (Of(verb, null) is { Word: not "differs" } whole)
            {
                text.Append($"| `{verb}` | | *{whole.Word}*: {whole.Reason} |\n");
                continue;
            }

            string[] own = Of(verb, null) is { } general ? [$"*{general.Word}*: {general.Reason}"] : [];
            string[] remarks = [.. own, .. flags.Select(f => (Flag: f, Said: Of(verb, "--" + f))).Where(static f => f.Said is not null).Select(static f => $"`--{f.Flag}` *{f.Said!.Value.Word}*: {f.Said.Value.Reason}")];
            text.Append($"| `{verb}` | {string.Join(' ', flags.Select(static f => $"`{f}`"))} | {(remarks.Length == 0 ? "works" : string.Join("<br>", remarks))} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Path.Combine(Repository.Root, Directory + file)).Where(static l => l.Length > 0 && !l.StartsWith('#'));

    // VERB|VERB [--FLAG] WORD: reason
    private static IEnumerable<(string Verb, string? Flag, string Word, string Reason)> Difference(string line)
    {
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        string[] words = line[..colon].Split(' ');
        string? flag = Array.Find(words, static w => w.StartsWith("--", StringComparison.Ordinal));
        string verb = string.Join(' ', words[..^1].Where(static w => !w.StartsWith("--", StringComparison.Ordinal)));
        return verb.Split('|').Select(v => (v, flag, words[^1], line[(colon + 2)..]));
    }
}
