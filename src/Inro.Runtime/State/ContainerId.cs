namespace Inro.Runtime.State;

/// <summary>Checks ids: they become names of directories and cgroups.</summary>
internal static class ContainerId
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxLength = 255;

    /// <exception cref="RuntimeException">Not <c>[A-Za-z0-9_+.-]</c>, begins with a dot, or is empty or too long.</exception>
    public static string Check(string id)
    {
        bool valid = id.Length is > 0 and <= MaxLength && id[0] != '.';
        foreach (char c in id) { valid &= char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '.' or '-'; }

        return valid
            ? id
            : throw new RuntimeException(RuntimeError.InvalidConfiguration, $"invalid container id \"{id}\"",
                "use letters, digits, _ + . - and do not begin with a dot");
    }
}
