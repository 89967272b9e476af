using System.Xml.Linq;
using Xunit;

namespace Inro.Tests.Architecture;

/// <summary>References between projects go one way only; the table is the architecture (ARCHITECTURE.md).</summary>
public sealed class ReferencesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Inro.Spec"] = [],
        ["Inro.Linux"] = [],
        ["Inro.Runtime"] = ["Inro.Linux", "Inro.Spec"],
        ["Inro.Images"] = ["Inro.Linux", "Inro.Spec"],
        ["Inro.Network"] = ["Inro.Linux", "Inro.Spec"],
        ["Inro.Engine"] = ["Inro.Runtime", "Inro.Images", "Inro.Network", "Inro.Linux", "Inro.Spec"],
        ["Inro.Server"] = ["Inro.Engine", "Inro.Runtime", "Inro.Images", "Inro.Network", "Inro.Linux", "Inro.Spec"],
        ["inro"] = ["Inro.Server", "Inro.Engine", "Inro.Runtime", "Inro.Images", "Inro.Network", "Inro.Linux", "Inro.Spec"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_what_stands_right_of_it(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"src/{project} has no row in the table of allowed references");
        XDocument file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        // A tool that the build runs is not referenced by what it builds.
        IEnumerable<string> references = file.Descendants("ProjectReference")
            .Where(r => r.Attribute("ReferenceOutputAssembly")?.Value != "false")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
        string[] wrong = [.. references.Except(Allowed[project], StringComparer.Ordinal)];
        Assert.True(wrong.Length == 0, $"src/{project}/{project}.csproj references {string.Join(", ", wrong)}");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Source_files_name_only_allowed_namespaces(string project)
    {
        string[] forbidden = [.. Allowed.Keys.Where(k => k != "inro" && k != project && !Allowed[project].Contains(k, StringComparer.Ordinal))];
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", project), "*.cs", SearchOption.AllDirectories))
        {
            foreach (string line in File.ReadLines(file))
            {
                wrong.AddRange(forbidden
                    .Where(name => line.StartsWith($"using {name}.", StringComparison.Ordinal) || line.StartsWith($"using {name};", StringComparison.Ordinal))
                    .Select(name => $"{Path.GetRelativePath(Repository.Root, file)} uses {name}"));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Unsafe_code_lives_in_Linux_only()
    {
        string[] wrong = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src"))
            .Where(d => Path.GetFileName(d) != "Inro.Linux")
            .Where(d => File.ReadAllText(Path.Combine(d, Path.GetFileName(d) + ".csproj")).Contains("AllowUnsafeBlocks", StringComparison.Ordinal))];
        Assert.Empty(wrong);
    }
}
