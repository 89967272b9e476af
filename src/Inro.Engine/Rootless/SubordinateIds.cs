using System.Globalization;

namespace Inro.Engine.Rootless;

/// <summary>A range of ids that a user may map into user namespaces.</summary>
/// <param name="Start">First id on the host.</param>
/// <param name="Count">How many.</param>
/// <remarks>Source: subuid(5), subgid(5).</remarks>
public readonly record struct SubordinateIds(uint Start, uint Count)
{
    /// <summary>Longest subuid or subgid file that is read, in bytes.</summary>
    private const int MaxFileBytes = 1 << 20;

    /// <summary>The first range of a user in a file like /etc/subuid; null: the user owns none.</summary>
    /// <param name="file">/etc/subuid or /etc/subgid.</param>
    /// <param name="name">The user's name, or null where the user has none.</param>
    /// <param name="user">The user's id: rows may name it in the place of the name.</param>
    public static SubordinateIds? Of(string file, string? name, uint user)
    {
        return Find(Text(file), name, user);
    }

    /// <summary>Such a file; empty where there is none, or one that is too large to be one.</summary>
    internal static string Text(string file)
    {
        var info = new FileInfo(file);
        return info.Exists && info.Length <= MaxFileBytes ? File.ReadAllText(file) : "";
    }

    /// <summary>The same in the text of such a file.</summary>
    internal static SubordinateIds? Find(string text, string? name, uint? user)
    {
        string? number = user?.ToString(CultureInfo.InvariantCulture);
        foreach ((string owner, SubordinateIds ids) in Rows(text))
        {
            if (owner == name || owner == number) { return ids; }
        }

        return null;
    }

    /// <summary>The ranges of all users in the text of such a file.</summary>
    internal static IReadOnlyList<SubordinateIds> All(string text) => [.. Rows(text).Select(static row => row.Ids)];

    private static IEnumerable<(string Owner, SubordinateIds Ids)> Rows(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Trim().Split(':');
            if (parts.Length == 3 && uint.TryParse(parts[1], NumberStyles.None, null, out uint start)
                && uint.TryParse(parts[2], NumberStyles.None, null, out uint count)
                && count > 0 && start <= uint.MaxValue - count)
            {
                yield return (parts[0], new SubordinateIds(start, count));
            }
        }
    }
}
