using System.Globalization;
using System.Text;

namespace Inro.Linux.Mounts;

/// <summary>Where this process's mount namespace has mounts. See proc_pid_mountinfo(5).</summary>
public static class MountPoints
{
    private const string Table = "/proc/self/mountinfo";
    private const int TargetField = 4;

    /// <summary>Mount points below a path, in the order in which they were mounted, as paths relative to it.</summary>
    /// <param name="path">Absolute and without symlinks.</param>
    public static IReadOnlyList<string> Below(string path) => Below(path, File.ReadLines(Table));

    /// <summary>The same in lines of such a table.</summary>
    internal static IReadOnlyList<string> Below(string path, IEnumerable<string> lines)
    {
        string prefix = path.TrimEnd('/') + "/";
        List<string> found = [];
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ', TargetField + 2);
            if (fields.Length <= TargetField) { continue; }

            string target = Unescape(fields[TargetField]);
            if (target.Length > prefix.Length && target.StartsWith(prefix, StringComparison.Ordinal)) { found.Add(target[prefix.Length..]); }
        }

        return found;
    }

    /// <summary>The mount points of such a table by the kernel's numbers of the mounts; lines in another form are passed over.</summary>
    public static IReadOnlyDictionary<int, string> ById(string table)
    {
        var points = new Dictionary<int, string>();
        foreach (string line in table.Split('\n'))
        {
            string[] fields = line.Split(' ', TargetField + 2);
            if (fields.Length > TargetField && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)) { points[id] = Unescape(fields[TargetField]); }
        }

        return points;
    }

    // The kernel writes space, tab, newline and backslash as three octal digits after a backslash.
    private static string Unescape(string word)
    {
        if (!word.Contains('\\', StringComparison.Ordinal)) { return word; }

        var plain = new StringBuilder(word.Length);
        for (int i = 0; i < word.Length; i++)
        {
            bool escaped = word[i] == '\\' && i + 3 < word.Length;
            plain.Append(escaped ? (char)(((word[i + 1] - '0') << 6) | ((word[i + 2] - '0') << 3) | (word[i + 3] - '0')) : word[i]);
            if (escaped) { i += 3; }
        }

        return plain.ToString();
    }
}
