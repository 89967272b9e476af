using System.Globalization;
using System.Text;
using Inro.Runtime.Systemd.Bus;

namespace Inro.Runtime.Systemd;

/// <summary>A value written as text in GLib's way: <c>uint64 5</c>, <c>'text'</c>, <c>['a', 'b']</c>, <c>@as []</c>, <c>(1, true)</c>, <c>{'a': &lt;1&gt;}</c>.</summary>
/// <remarks>Source: GLib, "GVariant Text Format". What D-Bus has no type for (<c>just</c>, <c>nothing</c>) is refused.</remarks>
internal ref struct VariantText
{
    private const int MaxTextLength = 64 * 1024;
    private const int MaxDepth = 16;
    private const int MaxTypeLength = 255;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private VariantText(ReadOnlySpan<char> text) => _text = text;

    /// <exception cref="FormatException">It is no such text.</exception>
    public static BusValue Parse(string text)
    {
        if (text.Length > MaxTextLength) { throw new FormatException("the value is too long"); }

        var parser = new VariantText(text);
        BusValue value = parser.Value(null);
        parser.SkipBlanks();
        return parser._at == text.Length ? value : throw parser.Wrong("nothing more");
    }

    private readonly char Current => _at < _text.Length ? _text[_at] : '\0';

    private BusValue Value(string? type)
    {
        if (++_depth > MaxDepth) { throw new FormatException("the value is nested too deeply"); }

        SkipBlanks();
        BusValue value = Current switch
        {
            '@' => Annotated(type),
            '\'' or '"' => Text(type),
            'b' when _at + 1 < _text.Length && _text[_at + 1] is '\'' or '"' => ByteString(),
            '[' => List(type),
            '(' => Tuple(type),
            '{' => Dictionary(type),
            '<' => Inner(),
            '-' or '+' or '.' or (>= '0' and <= '9') => Number(type),
            _ => Word(type),
        };
        _depth--;
        if (value.Type.Length > MaxTypeLength) { throw new FormatException("the value's type is too long"); }

        return type is null || value.Type == type ? value : throw new FormatException($"a value of the type {value.Type} stands where {type} must be");
    }

    private BusValue Annotated(string? outer)
    {
        int start = ++_at;
        while (Current is not (' ' or '\t' or '\n' or '\0')) { _at++; }

        string type = _text[start.._at].ToString();
        if (type.Length > MaxTypeLength) { throw new FormatException("the value's type is too long"); }

        int end = EndOfType(type, 0);
        return end == type.Length ? Value(outer ?? type) : throw new FormatException($"\"{type}\" is no type");
    }

    private BusValue Word(string? type)
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Current)) { _at++; }

        string word = _text[start.._at].ToString();
        if (word is "true" or "false") { return new("b", word == "true"); }

        if (type is "d" or null && word is "inf" or "nan") { return new("d", word == "inf" ? double.PositiveInfinity : double.NaN); }

        string named = word switch
        {
            "boolean" => "b", "byte" => "y", "int16" => "n", "uint16" => "q", "int32" => "i", "uint32" => "u", "int64" => "x", "uint64" => "t", "double" => "d",
            "string" => "s", "objectpath" => "o", "signature" => "g", _ => throw new FormatException(word.Length > 0 ? $"\"{word}\" is neither a value nor a type" : Wrong("a value").Message),
        };
        return Value(named);
    }

    private BusValue Number(string? type)
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '.' or '-' or '+') { _at++; }

        string text = _text[start.._at].ToString();
        bool isHex = text.AsSpan().TrimStart("+-").StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        type ??= !isHex && text.AsSpan().IndexOfAny(".eE") >= 0 ? "d" : "i";
        return type is "d" ? new("d", double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? real : throw new FormatException($"\"{text}\" is no number"))
            : Integer(type, text, isHex);
    }

    private static BusValue Integer(string type, string text, bool isHex)
    {
        bool isNegative = text[0] == '-';
        ReadOnlySpan<char> digits = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        bool isOctal = !isHex && digits.Length > 1 && digits[0] == '0';
        ulong size = 0;
        bool valid = isHex ? ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out size)
            : isOctal ? TryOctal(digits, out size) : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out size);
        int bits = type switch { "y" => 8, "n" or "q" => 16, "i" or "u" => 32, "x" or "t" => 64, _ => throw new FormatException($"a number stands where {type} must be") };
        bool isSigned = type is "n" or "i" or "x";
        ulong highest = ulong.MaxValue >> (64 - bits + (isSigned ? 1 : 0));
        ulong lowest = isSigned ? highest + 1 : 0; // below zero
        if (!valid || size > (isNegative ? lowest : highest)) { throw new FormatException($"\"{text}\" is no number of the type {type}"); }

        return new(type, type switch { "y" => (byte)size, "n" or "i" or "x" => isNegative ? unchecked(-(long)size) : (long)size, _ => (object)size });
    }

    private static bool TryOctal(ReadOnlySpan<char> digits, out ulong value)
    {
        value = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || value > ulong.MaxValue >> 3) { return false; }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    private BusValue Text(string? type) => type is null or "s" or "o" or "g" ? new(type ?? "s", Quoted()) : throw new FormatException($"a text stands where {type} must be");

    private BusValue ByteString()
    {
        _at++;
        return BusValue.Bytes([.. Encoding.UTF8.GetBytes(Quoted()), 0]);
    }

    private string Quoted()
    {
        char quote = Current;
        var text = new StringBuilder();
        for (_at++; Current != quote; _at++)
        {
            if (_at >= _text.Length) { throw new FormatException("a text has no end"); }
            if (Current != '\\')
            {
                text.Append(Current);
                continue;
            }

            _at++;
            text.Append(Current switch
            {
                'a' => "\a", 'b' => "\b", 'f' => "\f", 'n' => "\n", 'r' => "\r", 't' => "\t", 'v' => "\v", 'u' => Escaped(4), 'U' => Escaped(8),
                var other => other.ToString(),
            });
        }

        _at++;
        return text.ToString();
    }

    private string Escaped(int digits)
    {
        if (_at + digits >= _text.Length || !int.TryParse(_text.Slice(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) || !Rune.IsValid(code))
        {
            throw new FormatException("a text has an escape that is no character");
        }

        _at += digits;
        return new Rune(code).ToString();
    }

    private BusValue List(string? type)
    {
        if (type is not null && type[0] != 'a') { throw new FormatException($"a list stands where {type} must be"); }

        string? element = type?[1..];
        List<BusValue> values = [];
        _at++;
        while (!Ends(']', values.Count > 0))
        {
            values.Add(Value(element));
            element ??= values[0].Type;
        }

        return new("a" + (element ?? throw new FormatException("an empty list needs its type: @as []")), values);
    }

    private BusValue Tuple(string? type)
    {
        if (type is not null && type[0] != '(') { throw new FormatException($"a structure stands where {type} must be"); }

        List<BusValue> values = [];
        _at++;
        for (int at = 1; !Ends(')', values.Count > 0);)
        {
            int end = type is null ? 0 : EndOfType(type, at);
            values.Add(Value(type?[at..end]));
            at = end;
        }

        string made = "(" + string.Concat(values.Select(static v => v.Type)) + ")";
        return values.Count > 0 ? new(made, values) : throw new FormatException("a structure needs a member");
    }

    private BusValue Dictionary(string? type)
    {
        if (type is not null && !type.StartsWith("a{", StringComparison.Ordinal)) { throw new FormatException($"a dictionary stands where {type} must be"); }

        string? key = type?[2..3], content = type?[3..^1];
        List<BusValue> entries = [];
        _at++;
        while (!Ends('}', entries.Count > 0))
        {
            BusValue name = Value(key);
            SkipBlanks();
            if (Current != ':') { throw Wrong(":"); }

            _at++;
            BusValue value = Value(content);
            (key, content) = (name.Type, value.Type);
            entries.Add(new($"{{{key}{content}}}", (BusValue[])[name, value]));
        }

        return key is { Length: 1 } && content is not null ? new($"a{{{key}{content}}}", entries) : throw new FormatException("an empty dictionary needs its type: @a{sv} {}");
    }

    private BusValue Inner()
    {
        _at++;
        BusValue value = Value(null);
        SkipBlanks();
        return Current == '>' && ++_at > 0 ? new("v", value) : throw Wrong(">");
    }

    /// <summary>Whether a list is over; otherwise its next element follows.</summary>
    private bool Ends(char end, bool hasElements)
    {
        SkipBlanks();
        if (hasElements && Current == ',')
        {
            _at++;
            SkipBlanks();
            if (Current == end && end == ')') { _at++; return true; } // (1,)

            return false;
        }

        if (Current == end)
        {
            _at++;
            return true;
        }

        return hasElements ? throw Wrong($", or {end}") : _at < _text.Length ? false : throw Wrong(end.ToString());
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t' or '\n' or '\r') { _at++; }
    }

    // Where the complete type that begins here ends.
    private static int EndOfType(string type, int at) => at >= type.Length ? throw new FormatException($"\"{type}\" is no type") : type[at] switch
    {
        'a' => EndOfType(type, at + 1),
        '(' => EndOfMembers(type, at + 1, ')', least: 1, most: int.MaxValue),
        '{' when at > 0 && type[at - 1] == 'a' && at + 1 < type.Length && type[at + 1] is not ('a' or '(' or '{' or 'v') => EndOfMembers(type, at + 1, '}', least: 2, most: 2),
        'y' or 'b' or 'n' or 'q' or 'i' or 'u' or 'x' or 't' or 'd' or 's' or 'o' or 'g' or 'v' => at + 1,
        _ => throw new FormatException($"\"{type}\" is no type"),
    };

    private static int EndOfMembers(string type, int at, char end, int least, int most)
    {
        int count = 0;
        for (; at < type.Length && type[at] != end; count++) { at = EndOfType(type, at); }

        return at < type.Length && count >= least && count <= most ? at + 1 : throw new FormatException($"\"{type}\" is no type");
    }

    private readonly FormatException Wrong(string wanted) => new($"{wanted} is missing at the character {_at + 1} of \"{_text}\"");
}
