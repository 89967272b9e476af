using System.Text;

namespace Inro.Engine.Images.Changes;

/// <summary>Words of a Dockerfile's instruction: quotes, backslashes and variables as docker reads them.</summary>
/// <param name="text">What follows the instruction's name.</param>
/// <param name="variables">Values of variables; an unknown one is empty.</param>
internal ref struct InstructionWords(ReadOnlySpan<char> text, Func<string, string?> variables)
{
    private readonly ReadOnlySpan<char> text = text;
    private readonly StringBuilder word = new();
    private int at;

    /// <summary>All words.</summary>
    /// <exception cref="FormatException">A quote or a brace does not end.</exception>
    public static List<string> Split(string text, Func<string, string?> variables)
    {
        List<string> words = [];
        var reader = new InstructionWords(text, variables);
        while (reader.Next() is { } next) { words.Add(next); }

        return words;
    }

    /// <summary>The whole text as one word: variables and quotes are taken away, spaces stay.</summary>
    public static string Whole(string text, Func<string, string?> variables) => new InstructionWords(text, variables).Read(toEnd: true);

    private string? Next()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) { at++; }

        return at == text.Length ? null : Read(toEnd: false);
    }

    private string Read(bool toEnd)
    {
        word.Clear();
        char quote = '\0';
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (quote == '\0' && !toEnd && char.IsWhiteSpace(c)) { break; }

            switch (c)
            {
                case '\'' or '"' when quote == '\0': quote = c; break;
                case '\'' or '"' when quote == c: quote = '\0'; break;
                case '\\' when quote != '\'' && at + 1 < text.Length: Escape(quote == '"'); break;
                case '$' when quote != '\'': Variable(); break;
                default: word.Append(c); break;
            }
        }

        return quote == '\0' ? word.ToString() : throw new FormatException("a quote does not end");
    }

    private void Escape(bool isQuoted)
    {
        char next = text[++at];
        if (isQuoted && next is not ('"' or '$' or '\\')) { word.Append('\\'); }

        word.Append(next);
    }

    private void Variable()
    {
        bool hasBrace = at + 1 < text.Length && text[at + 1] == '{';
        int start = at + (hasBrace ? 2 : 1);
        int end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) { end++; }

        string name = text[start..end].ToString();
        if (name.Length == 0 && !hasBrace)
        {
            word.Append('$');
            return;
        }

        string? value = variables(name);
        if (!hasBrace)
        {
            word.Append(value);
            at = end - 1;
            return;
        }

        int close = end < text.Length ? text[end..].IndexOf('}') : -1;
        if (close < 0 || name.Length == 0) { throw new FormatException("${ has no name or does not end"); }

        word.Append(Modified(value, text.Slice(end, close)));
        at = end + close;
    }

    /// <summary><c>${NAME}</c>, <c>${NAME:-word}</c>, <c>${NAME:+word}</c>.</summary>
    private static string? Modified(string? value, ReadOnlySpan<char> modifier)
    {
        if (modifier.IsEmpty) { return value; }

        bool isSet = !string.IsNullOrEmpty(value);
        return modifier switch
        {
            [':', '-', .. var otherwise] => isSet ? value : otherwise.ToString(),
            [':', '+', .. var then] => isSet ? then.ToString() : "",
            _ => throw new FormatException($"unsupported modifier ({modifier}) in substitution"),
        };
    }
}
