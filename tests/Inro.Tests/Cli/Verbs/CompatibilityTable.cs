using System.Text;
using Inro.Cli.Arguments;
using Inro.Cli.Verbs;

namespace Inro.Tests.Cli.Verbs;

/// <summary>Another engine's command line beside ours, by the two tables of its name beside this file; written to <c>docs/NAME-compatibility.md</c>.</summary>
/// <param name="name">Of the engine, and of the files: <c>docker</c>.</param>
/// <param name="title">First line of the document.</param>
/// <param name="about">What stands below it.</param>
internal sealed class CompatibilityTable(string name, string title, string about)
{
    private const string Directory = "tests/Inro.Tests/Cli/Verbs/";
    private const string Nothing = "–";

    private readonly List<(string Verb, string? Flag, string Word, string Reason)> differences = [.. Lines(name + "-differences.txt").SelectMany(Difference)];

    /// <summary>Docker's.</summary>
    public static CompatibilityTable Docker { get; } = new(
        "docker",
        "Docker's command line, verb by verb",
        "A flag that stands without a remark works as docker's does.");

    /// <summary>What podman has besides.</summary>
    public static CompatibilityTable Podman { get; } = new(
        "podman",
        "What podman's command line has beyond docker's, verb by verb",
        "The verbs of containers, volumes and secrets, and of the system, with the flags that docker's verb of the same name has not; the others are in [docker-compatibility.md](docker-compatibility.md). A flag that stands without a remark works as podman's does.");

    /// <summary>The rows: verbs that have the same flags, and these.</summary>
    public IReadOnlyList<CompatibilityRow> Rows { get; } = [.. Lines(name + "-flags.txt").Select(static l => l.Split(':', 2)).Select(static p => new CompatibilityRow(p[0].Split('|'), p[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    /// <summary>The document's path.</summary>
    public string Document => Path.Combine(Repository.Root, $"docs/{name}-compatibility.md");

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

    /// <summary>What is said of a row, or of a flag of it; null: it works as the engine's.</summary>
    public (string Word, string Reason)? Of(CompatibilityRow row, string? flag)
    {
        foreach ((string pattern, string? named, string word, string reason) in differences)
        {
            if (named == flag && row.Verbs.Any(v => Matches(pattern, v))) { return (word, reason); }
        }

        return null;
    }

    /// <summary>Rows of the second table that speak of nothing in the first one, or of what is there after all.</summary>
    public IEnumerable<string> Stale()
    {
        foreach ((string pattern, string? flag, string word, string _) in differences)
        {
            (string Verb, string[] Flags)[] meant = [.. Rows.SelectMany(static r => r.Verbs.Select(v => (v, r.Flags))).Where(c => Matches(pattern, c.v))];
            if (meant.Length == 0 && word != "later") { yield return $"{pattern}: {name} has no such verb"; }

            foreach ((string verb, string[] flags) in meant)
            {
                if (flag is null && Find(verb) is not null && word == "later") { yield return $"{verb} is there"; }

                if (flag is not null && word == "later" && Find(verb) is { } there && FlagsOf(there).Find(flag.AsSpan(2)) is { IsHidden: false }) { yield return $"{verb} {flag} is there"; }

                if (flag is not null && !pattern.EndsWith(" *", StringComparison.Ordinal) && !flags.Contains(flag[2..])) { yield return $"{verb} has no {flag}"; }
            }
        }
    }

    /// <summary>The document's text.</summary>
    public string Write()
    {
        StringBuilder text = new(
            $"""
            # {title}

            Written by the test run (`INRO_WRITE_TABLES=1 ./dev unit`), never by hand; a test fails while it is out of date.
            {about} *later*: not there yet. *refused*: the command says so, and why.

            | verb | flags | remarks |
            | --- | --- | --- |

            """);
        foreach (CompatibilityRow row in Rows)
        {
            string verbs = string.Join("<br>", row.Verbs.Select(static v => $"`{v}`"));
            if (Of(row, null) is { Word: not "differs" } whole)
            {
                text.Append($"| {verbs} | {Nothing} | *{whole.Word}*: {whole.Reason} |\n");
                continue;
            }

            string[] own = Of(row, null) is { } general ? [$"*{general.Word}*: {general.Reason}"] : [];
            string[] remarks = [.. own, .. row.Flags.Select(f => (Flag: f, Said: Of(row, "--" + f))).Where(static f => f.Said is not null).Select(static f => $"`--{f.Flag}` *{f.Said!.Value.Word}*: {f.Said.Value.Reason}")];
            text.Append($"| {verbs} | {(row.Flags.Length == 0 ? Nothing : string.Join(' ', row.Flags.Select(static f => $"`{f}`")))} | {(remarks.Length == 0 ? "works" : string.Join("<br>", remarks))} |\n");
        }

        return text.ToString();
    }

    private static bool Matches(string pattern, string verb) =>
        pattern == verb || (pattern.EndsWith(" *", StringComparison.Ordinal) && verb.StartsWith(pattern[..^1], StringComparison.Ordinal));

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Path.Combine(Repository.Root, Directory + file)).Where(static l => l.Length > 0 && !l.StartsWith('#'));

    // VERB|VERB [--FLAG] WORD: reason
    private static IEnumerable<(string Verb, string? Flag, string Word, string Reason)> Difference(string line)
    {
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        string[] words = line[..colon].Split(' ');
        string?[] flags = Array.FindAll(words, static w => w.StartsWith("--", StringComparison.Ordinal));
        if (flags.Length == 0) { flags = [null]; }

        string verb = string.Join(' ', words[..^1].Where(static w => !w.StartsWith("--", StringComparison.Ordinal)));
        return verb.Split('|').SelectMany(v => flags.Select(f => (v, f, words[^1], line[(colon + 2)..])));
    }
}

/// <summary>Verbs that have the same flags.</summary>
/// <param name="Verbs">Their paths.</param>
/// <param name="Flags">Long names without dashes.</param>
internal sealed record CompatibilityRow(string[] Verbs, string[] Flags);
