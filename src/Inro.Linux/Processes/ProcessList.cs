using System.Globalization;

namespace Inro.Linux.Processes;

/// <summary>All processes, one look at each. Slow: for clean-up and tests, never on a path that succeeds.</summary>
public static class ProcessList
{
    /// <summary>Children of this process, zombies too, that bear <paramref name="name"/>.</summary>
    public static IReadOnlyList<int> ChildrenNamed(string name)
    {
        List<int> found = [];
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && ProcessStat.Read(pid) is { } stat && stat.Parent == Environment.ProcessId && stat.Name == name)
            {
                found.Add(pid);
            }
        }

        return found;
    }
}
