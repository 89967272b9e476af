using System.Text;

namespace Inro.Engine.Containers.Compose;

/// <summary>A text in which <c>${NAME}</c> and <c>$NAME</c> stand for values, as a shell's do; <c>\$</c> and a sign before anything else stand for themselves.</summary>
internal static class VariableText
{
    /// <summary>The text with the values.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="valueOf">The value of a name; empty where it has none.</param>
    public static string Fill(string text, Func<string, string> valueOf)
    {
        var filled = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '$') { filled.Append(text[++i]); }
            else if (text[i] == '$' && NameAt(text, i + 1, out int end) is { } name)
            {
                filled.Append(valueOf(name));
                i = end - 1;
            }
            else { filled.Append(text[i]); }
        }

        return filled.ToString();
    }

    /// <summary>The name that begins there, with or without braces; null: none does.</summary>
    private static string? NameAt(string text, int start, out int end)
    {
        bool isBraced = start < text.Length && text[start] == '{';
        int begin = isBraced ? start + 1 : start;
        end = begin;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) { end++; }

        bool isName = end > begin && !char.IsAsciiDigit(text[begin]) && (!isBraced || (end < text.Length && text[end] == '}'));
        string? name = isName ? text[begin..end] : null;
        if (isBraced) { end++; }

        return name;
    }
}
