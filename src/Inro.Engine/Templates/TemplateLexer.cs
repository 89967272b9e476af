using System.Globalization;
using System.Text;

namespace Inro.Engine.Templates;

/// <summary>Cuts a template into tokens. The notation is that of Go's text/template.</summary>
internal sealed class TemplateLexer(string source)
{
    private readonly List<Token> tokens = [];
    private int at;

    public static List<Token> Read(string source)
    {
        TemplateLexer lexer = new(source);
        lexer.ReadAll();
        return lexer.tokens;
    }

    private void ReadAll()
    {
        bool trimsLeft = false;
        while (at < source.Length)
        {
            int open = source.IndexOf("{{", at, StringComparison.Ordinal);
            string text = open < 0 ? source[at..] : source[at..open];
            if (trimsLeft) { text = text.TrimStart(); }

            bool trimsRight = open >= 0 && open + 3 < source.Length && source[open + 2] == '-' && char.IsWhiteSpace(source[open + 3]);
            if (trimsRight) { text = text.TrimEnd(); }

            if (text.Length > 0) { Add(TokenKind.Text, text, at); }

            if (open < 0) { break; }

            at = open + (trimsRight ? 3 : 2);
            trimsLeft = ReadAction(open);
        }

        Add(TokenKind.End, "", source.Length);
    }

    /// <summary>Reads up to and with the closing braces; true if they trim the text that follows.</summary>
    private bool ReadAction(int open)
    {
        if (SkipComment(open) is { } trimsAfterComment) { return trimsAfterComment; }

        Add(TokenKind.Open, "", open);
        while (true)
        {
            int start = at;
            while (at < source.Length && char.IsWhiteSpace(source[at])) { at++; }

            bool spaced = at > start;
            if (at >= source.Length) { throw TemplateException.At(open, "unclosed action"); }

            if (source.AsSpan(at).StartsWith("}}")) { return Close(2, trims: false); }

            if (spaced && source.AsSpan(at).StartsWith("-}}")) { return Close(3, trims: true); }

            ReadToken(spaced);
        }
    }

    private bool Close(int length, bool trims)
    {
        Add(TokenKind.Close, "", at);
        at += length;
        return trims;
    }

    private bool? SkipComment(int open)
    {
        int start = at;
        while (start < source.Length && char.IsWhiteSpace(source[start])) { start++; }

        if (!source.AsSpan(start).StartsWith("/*")) { return null; }

        int end = source.IndexOf("*/", start + 2, StringComparison.Ordinal);
        if (end < 0) { throw TemplateException.At(open, "unclosed comment"); }

        ReadOnlySpan<char> rest = source.AsSpan(end + 2).TrimStart();
        bool trims = rest.StartsWith("-}}");
        if (!trims && !rest.StartsWith("}}")) { throw TemplateException.At(end, "comment ends before closing delimiter"); }

        at = source.Length - rest.Length + (trims ? 3 : 2);
        return trims;
    }

    private void ReadToken(bool spaced)
    {
        char c = source[at];
        switch (c)
        {
            case '|': Single(TokenKind.Pipe, spaced); break;
            case '(': Single(TokenKind.LeftParen, spaced); break;
            case ')': Single(TokenKind.RightParen, spaced); break;
            case ',': Single(TokenKind.Comma, spaced); break;
            case '=': Single(TokenKind.Assign, spaced); break;
            case ':' when Peek(1) == '=':
                tokens.Add(new Token(TokenKind.Declare, ":=", at, spaced));
                at += 2;
                break;
            case '"': ReadQuoted(spaced); break;
            case '`': ReadRaw(spaced); break;
            case '\'': ReadCharacter(spaced); break;
            case '.' when IsWord(Peek(1)) && !char.IsAsciiDigit(Peek(1)): ReadName(TokenKind.Field, skip: 1, spaced); break;
            case '.' when !char.IsAsciiDigit(Peek(1)): Single(TokenKind.Dot, spaced); break;
            case '$': ReadName(TokenKind.Variable, skip: 1, spaced); break;
            case '+' or '-' or '.' or (>= '0' and <= '9'): ReadNumber(spaced); break;
            default:
                if (!IsWord(c)) { throw TemplateException.At(at, $"unexpected \"{c}\" in operand"); }

                ReadName(TokenKind.Word, skip: 0, spaced);
                break;
        }
    }

    private void ReadName(TokenKind kind, int skip, bool spaced)
    {
        int start = at;
        at += skip;
        while (at < source.Length && IsWord(source[at])) { at++; }

        tokens.Add(new Token(kind, source[(start + skip)..at], start, spaced));
    }

    private void ReadNumber(bool spaced)
    {
        int start = at++;
        while (at < source.Length && (char.IsAsciiLetterOrDigit(source[at]) || source[at] is '.' or '_')) { at++; }

        tokens.Add(new Token(TokenKind.Number, source[start..at].Replace("_", "", StringComparison.Ordinal), start, spaced));
    }

    private void ReadRaw(bool spaced)
    {
        int end = source.IndexOf('`', at + 1);
        if (end < 0) { throw TemplateException.At(at, "unterminated raw quoted string"); }

        tokens.Add(new Token(TokenKind.String, source[(at + 1)..end], at, spaced));
        at = end + 1;
    }

    private void ReadCharacter(bool spaced)
    {
        int start = at++;
        StringBuilder text = new();
        ReadElement(text, start);
        if (text.Length == 0 || Peek(0) != '\'') { throw TemplateException.At(start, "unterminated character constant"); }

        at++;
        string number = char.ConvertToUtf32(text.ToString(), 0).ToString(CultureInfo.InvariantCulture);
        tokens.Add(new Token(TokenKind.Number, number, start, spaced));
    }

    private void ReadQuoted(bool spaced)
    {
        int start = at++;
        StringBuilder text = new();
        while (Peek(0) != '"') { ReadElement(text, start); }

        at++;
        tokens.Add(new Token(TokenKind.String, text.ToString(), start, spaced));
    }

    private void ReadElement(StringBuilder text, int start)
    {
        char c = Peek(0);
        if (c is '\0' or '\n') { throw TemplateException.At(start, "unterminated quoted string"); }

        at++;
        if (c != '\\')
        {
            text.Append(c);
            if (char.IsHighSurrogate(c) && char.IsLowSurrogate(Peek(0))) { text.Append(source[at++]); }

            return;
        }

        char escape = Peek(0);
        at++;
        _ = escape switch
        {
            'n' => text.Append('\n'),
            't' => text.Append('\t'),
            'r' => text.Append('\r'),
            'a' => text.Append('\a'),
            'b' => text.Append('\b'),
            'f' => text.Append('\f'),
            'v' => text.Append('\v'),
            '\\' or '"' or '\'' => text.Append(escape),
            'x' => text.Append((char)Hexadecimal(2, start)),
            'u' => text.Append((char)Hexadecimal(4, start)),
            _ => throw TemplateException.At(start, "unknown escape sequence in quoted string"),
        };
    }

    private int Hexadecimal(int digits, int start)
    {
        bool isNumber = at + digits <= source.Length
            & int.TryParse(source.AsSpan(at, Math.Min(digits, source.Length - at)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value);
        if (!isNumber) { throw TemplateException.At(start, "unknown escape sequence in quoted string"); }

        at += digits;
        return value;
    }

    private void Single(TokenKind kind, bool spaced)
    {
        tokens.Add(new Token(kind, source[at].ToString(), at, spaced));
        at++;
    }

    private void Add(TokenKind kind, string text, int offset) => tokens.Add(new Token(kind, text, offset, FollowsSpace: false));

    private char Peek(int ahead) => at + ahead < source.Length ? source[at + ahead] : '\0';

    private static bool IsWord(char c) => c == '_' || char.IsLetterOrDigit(c);
}
