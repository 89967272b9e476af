namespace Inro.Cli.Output;

/// <summary>Text from outside on its way to a terminal, which takes control characters for commands.</summary>
internal static class ScreenText
{
    /// <summary>Longest single name of a list that is shown whole, in characters.</summary>
    private const int MaxNameLength = 512;

    /// <summary>The text with a question mark for each control character; lines and tabs stay.</summary>
    public static string Of(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsCommand(text[i])) { return Cleaned(text, i); }
        }

        return text;
    }

    /// <summary>One name: no lines and tabs either, and no more than a screen's worth.</summary>
    public static string Name(string text)
    {
        string shown = text.Length > MaxNameLength ? text[..MaxNameLength] + "…" : text;
        return Of(shown).Replace('\n', '?').Replace('\t', '?');
    }

    private static string Cleaned(string text, int from)
    {
        char[] clean = text.ToCharArray();
        for (int i = from; i < clean.Length; i++)
        {
            if (IsCommand(clean[i])) { clean[i] = '?'; }
        }

        return new string(clean);
    }

    // also the marks that turn the direction of what follows
    private static bool IsCommand(char c) => (char.IsControl(c) && c is not ('\n' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
