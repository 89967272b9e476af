using System.Text.RegularExpressions;

namespace Inro.Tests.Documents;

/// <summary>What a Markdown document points to: links, and names of files in code spans. Fenced blocks are left out.</summary>
internal static class MarkdownReferences
{
    /// <summary>A code span that begins with one of these is a path from the top of the tree.</summary>
    private static readonly string[] TopDirectories = ["src/", "tests/", "docs/", "tools/", "bench/", "fuzz/", ".ci/"];

    /// <summary>A code span that ends with one of these is a source file, named by as much of its path as the sentence needs.</summary>
    private static readonly string[] SourceEndings = [".cs", ".csproj", ".c", ".h"];

    /// <summary>Targets of links that are not addresses on the web.</summary>
    public static IEnumerable<string> Links(string document) =>
        from line in OutsideFences(document)
        from Match match in Regex.Matches(WithoutCode(line), @"\]\(<?([^()\s>]+)>?(\s+""[^""]*"")?\)")
        let target = match.Groups[1].Value
        where !Regex.IsMatch(target, "^[a-z]+:")
        select target;

    /// <summary>Paths from the top of the tree.</summary>
    public static IEnumerable<string> Paths(string document) =>
        CodeSpans(document).Where(span => TopDirectories.Any(top => span.StartsWith(top, StringComparison.Ordinal)));

    /// <summary>Source files that are named by the end of their path.</summary>
    public static IEnumerable<string> SourceFiles(string document) =>
        CodeSpans(document).Where(span => SourceEndings.Any(end => span.EndsWith(end, StringComparison.Ordinal) && span.Length > end.Length));

    /// <summary>The names by which a heading can be linked to, as code hosts make them.</summary>
    public static IEnumerable<string> Anchors(string document) =>
        from line in OutsideFences(document)
        let heading = Regex.Match(line, "^#{1,6} +(.*?) *#*$")
        where heading.Success
        select Regex.Replace(heading.Groups[1].Value.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-');

    private static IEnumerable<string> CodeSpans(string document) =>
        from line in OutsideFences(document)
        from Match match in Regex.Matches(line, "`([^`]+)`")
        let span = Regex.Replace(match.Groups[1].Value, @":\d+$", "") // a line number
        where Regex.IsMatch(span, @"^[\w./\-]+$")
        select span;

    private static string WithoutCode(string line) => Regex.Replace(line, "`[^`]*`", "");

    private static IEnumerable<string> OutsideFences(string document)
    {
        bool fenced = false;
        foreach (string line in document.Split('\n'))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) { fenced = !fenced; }
            else if (!fenced) { yield return line; }
        }
    }
}
