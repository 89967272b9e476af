using Xunit;

namespace Inro.Tests.Documents;

/// <summary>Documents that name code are checked: what they point to is there.</summary>
public sealed class MarkdownTests
{
    private static readonly string[] Tree =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.StartsWith("artifacts/", StringComparison.Ordinal) && !path.StartsWith(".git/", StringComparison.Ordinal))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)),
    ];

    public static TheoryData<string> Documents => [.. Tree.Where(path => path.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Everything_that_a_document_points_to_is_there(string document)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, document));
        string[] broken =
        [
            .. MarkdownReferences.Links(text).Where(link => !LinkLeadsSomewhere(document, link)).Select(link => $"link {link}"),
            .. MarkdownReferences.Paths(text).Where(path => !Exists(path)).Select(path => $"path {path}"),
            .. MarkdownReferences.SourceFiles(text).Where(name => !NamesAFile(name)).Select(name => $"source file {name}"),
        ];

        Assert.True(broken.Length == 0, $"{document} points to what is not there:\n{string.Join('\n', broken.Distinct(StringComparer.Ordinal))}");
    }

    [Fact]
    public void Links_and_names_are_found_outside_fences_only()
    {
        const string Text = """
            # The *first* heading: one
            See [a](docs/a.md "title"), [b](https://example.org/x), `src/none/A.cs:12`, `Verbs/B.cs`, `not [a](link)`.
            ```
            [c](c.md) `src/c.cs`
            ```
            """;

        Assert.Equal(["docs/a.md"], MarkdownReferences.Links(Text));
        Assert.Equal(["src/none/A.cs"], MarkdownReferences.Paths(Text));
        Assert.Equal(["src/none/A.cs", "Verbs/B.cs"], MarkdownReferences.SourceFiles(Text));
        Assert.Equal(["the-first-heading-one"], MarkdownReferences.Anchors(Text));
    }

    private static bool LinkLeadsSomewhere(string document, string link)
    {
        string[] parts = link.Split('#', 2);
        string file = parts[0].Length == 0
            ? Path.Combine(Repository.Root, document)
            : Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, Uri.UnescapeDataString(parts[0])));
        if (!Path.Exists(file)) { return false; }

        return parts.Length == 1 || !file.EndsWith(".md", StringComparison.Ordinal)
            || MarkdownReferences.Anchors(File.ReadAllText(file)).Contains(parts[1], StringComparer.Ordinal);
    }

    private static bool Exists(string path) => Path.Exists(Path.Combine(Repository.Root, path));

    private static bool NamesAFile(string name) =>
        Tree.Any(path => path == name || path.EndsWith("/" + name, StringComparison.Ordinal));
}
