using Xunit;

namespace Inro.Tests.Architecture;

/// <summary>Folders inside a project form no cycles: each can be read, and moved out, without those that stand on it.</summary>
public sealed class FolderCyclesTests
{
    public static TheoryData<string> Projects => ReferencesTests.Projects;

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_form_no_cycle(string project)
    {
        SortedDictionary<string, SortedDictionary<string, string>> uses = Uses(project);

        List<string>? cycle = FindCycle(uses);

        Assert.True(cycle is null, cycle is null ? "" : Describe(cycle, uses));
    }

    /// <summary>Folder → folders that its files name in a using, with one file as the evidence.</summary>
    private static SortedDictionary<string, SortedDictionary<string, string>> Uses(string project)
    {
        string root = Path.Combine(Repository.Root, "src", project);
        string prefix = $"using {(project == "inro" ? "Inro.Cli" : project)}.";
        SortedDictionary<string, SortedDictionary<string, string>> uses = new(StringComparer.Ordinal);
        foreach (string directory in Directory.GetDirectories(root))
        {
            string folder = Path.GetFileName(directory);
            SortedDictionary<string, string> targets = uses[folder] = new(StringComparer.Ordinal);
            foreach (string file in Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories))
            {
                foreach (string line in File.ReadLines(file).Where(l => l.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    string target = line[prefix.Length..].Split('.', ';')[0];
                    if (target != folder) { targets.TryAdd(target, Path.GetRelativePath(Repository.Root, file)); }
                }
            }
        }

        return uses;
    }

    private static List<string>? FindCycle(SortedDictionary<string, SortedDictionary<string, string>> uses)
    {
        HashSet<string> done = new(StringComparer.Ordinal);
        foreach (string start in uses.Keys)
        {
            if (Walk(start, []) is { } cycle) { return cycle; }
        }

        return null;

        List<string>? Walk(string folder, List<string> path)
        {
            int seen = path.IndexOf(folder);
            if (seen >= 0) { return [.. path[seen..], folder]; }
            if (!uses.TryGetValue(folder, out SortedDictionary<string, string>? targets) || done.Contains(folder)) { return null; }

            foreach (string target in targets.Keys)
            {
                if (Walk(target, [.. path, folder]) is { } cycle) { return cycle; }
            }

            done.Add(folder);
            return null;
        }
    }

    private static string Describe(List<string> cycle, SortedDictionary<string, SortedDictionary<string, string>> uses) =>
        string.Join('\n', cycle.Zip(cycle.Skip(1), (from, to) => $"{from} uses {to} in {uses[from][to]}"));
}
