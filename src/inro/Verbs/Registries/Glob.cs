namespace Inro.Cli.Verbs.Registries;

/// <summary>Patterns with <c>*</c> for any characters and <c>?</c> for one.</summary>
internal static class Glob
{
    /// <summary>Whether the whole text is of the pattern; takes at most their lengths multiplied.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        (int p, int t, int star, int from) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') { (star, from) = (p++, t); }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t])) { (p, t) = (p + 1, t + 1); }
            else if (star >= 0) { (p, t) = (star + 1, ++from); } // the last star takes one character more
            else { return false; }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
