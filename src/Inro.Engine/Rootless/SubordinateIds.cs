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
        var info = new FileInfo(file);
        if (!info.Exists || info.Length > MaxFileBytes) { return null; }

        return Find(File.ReadAllText(file), name, user);
    }

    /// <summary>The same in the text of such a file.</summary>
    internal static SubordinateIds? Find(string text, string? name, uint user)
    {
        string number = user.ToString(CultureInfo.InvariantCulture);
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Trim().Split(':');
            bool isOwn = parts.Length == 3 && (parts[0] == name || parts[0] == number);
            if (isOwn && uint.TryParse(parts[1], NumberStyles.None, null, out uint start)
                && uint.TryParse(parts[2], NumberStyles.None, null, out uint count)
                && count > 0 && start <= uint.MaxValue - count)
            {
                return new SubordinateIds(start, count);
            }
        }

        return null;
    }
}
