using System.Globalization;
using System.Text.Json;

namespace Inro.Engine.Templates;

/// <summary>The functions of the template language: Go's own and those that docker adds.</summary>
internal static class TemplateFunctions
{
    public static bool Exists(string name) => Array.IndexOf(Names, name) >= 0;

    public static object? Call(string name, IReadOnlyList<object?> arguments, int offset) => name switch
    {
        "json" => TemplateJson.Of(One(name, arguments, offset)),
        "lower" => Text(One(name, arguments, offset), name, offset).ToLowerInvariant(),
        "upper" => Text(One(name, arguments, offset), name, offset).ToUpperInvariant(),
        "title" => Title(Text(One(name, arguments, offset), name, offset)),
        "join" => Join(arguments, offset),
        "split" => Split(arguments, offset),
        "truncate" => Truncate(arguments, offset),
        "pad" => Pad(arguments, offset),
        "print" => Print(arguments),
        "println" => string.Join(' ', arguments.Select(a => TemplateText.Of(a))) + "\n",
        "printf" => TemplatePrintf.Format(arguments, offset),
        "len" => TemplateText.Length(One(name, arguments, offset), offset),
        "index" => Index(arguments, offset),
        "slice" => Slice(arguments, offset),
        "not" => !TemplateText.IsTrue(One(name, arguments, offset)),
        "and" => Least(arguments, 1, name, offset).FirstOrDefault(static a => !TemplateText.IsTrue(a), arguments[^1]),
        "or" => Least(arguments, 1, name, offset).FirstOrDefault(static a => TemplateText.IsTrue(a), arguments[^1]),
        "eq" => Least(arguments, 2, name, offset).Skip(1).Any(a => TemplateComparison.AreEqual(arguments[0], a, offset)),
        _ => Compare(name, Exactly(arguments, 2, name, offset), offset),
    };

    public static object? CallOnHeading(string name, IReadOnlyList<object?> arguments, int offset) => name switch
    {
        "json" or "lower" or "upper" or "title" => arguments.Count > 0 ? arguments[^1] : "",
        "join" or "split" or "truncate" or "pad" => arguments.FirstOrDefault(static a => a is string, ""),
        _ => Call(name, arguments, offset),
    };

    private static bool Compare(string name, IReadOnlyList<object?> two, int offset) => name switch
    {
        "ne" => !TemplateComparison.AreEqual(two[0], two[1], offset),
        "lt" => TemplateComparison.Order(two[0], two[1], offset) < 0,
        "le" => TemplateComparison.Order(two[0], two[1], offset) <= 0,
        "gt" => TemplateComparison.Order(two[0], two[1], offset) > 0,
        "ge" => TemplateComparison.Order(two[0], two[1], offset) >= 0,
        _ => throw TemplateException.At(offset, $"function \"{name}\" not defined"),
    };

    private static string Title(string text)
    {
        char[] letters = text.ToCharArray();
        for (int i = 0; i < letters.Length; i++)
        {
            bool startsWord = i == 0 || char.IsWhiteSpace(letters[i - 1]);
            if (startsWord) { letters[i] = char.ToUpperInvariant(letters[i]); }
        }

        return new string(letters);
    }

    private static string Join(IReadOnlyList<object?> arguments, int offset)
    {
        Exactly(arguments, 2, "join", offset);
        string separator = Text(arguments[1], "join", offset);
        return string.Join(separator, TemplateText.Elements(arguments[0], offset).Select(static e => TemplateText.Of(e.Element)));
    }

    private static object[] Split(IReadOnlyList<object?> arguments, int offset)
    {
        Exactly(arguments, 2, "split", offset);
        string text = Text(arguments[0], "split", offset);
        string separator = Text(arguments[1], "split", offset);
        return separator.Length == 0 ? [.. text.Select(static c => (object)c.ToString())] : [.. text.Split(separator)];
    }

    private static string Truncate(IReadOnlyList<object?> arguments, int offset)
    {
        Exactly(arguments, 2, "truncate", offset);
        string text = Text(arguments[0], "truncate", offset);
        int length = Whole(arguments[1], "truncate", offset);
        return text.Length <= length ? text : text[..Math.Max(length, 0)];
    }

    private static string Pad(IReadOnlyList<object?> arguments, int offset)
    {
        Exactly(arguments, 3, "pad", offset);
        string text = Text(arguments[0], "pad", offset);
        return text.Length == 0
            ? text
            : new string(' ', Whole(arguments[1], "pad", offset)) + text + new string(' ', Whole(arguments[2], "pad", offset));
    }

    /// <summary>Go's Sprint: a space only between two operands that are both no text.</summary>
    private static string Print(IReadOnlyList<object?> arguments)
    {
        string text = "";
        for (int i = 0; i < arguments.Count; i++)
        {
            bool spaced = i > 0 && arguments[i] is not string && arguments[i - 1] is not string;
            text += (spaced ? " " : "") + TemplateText.Of(arguments[i]);
        }

        return text;
    }

    private static object? Index(IReadOnlyList<object?> arguments, int offset)
    {
        object? value = Least(arguments, 1, "index", offset)[0];
        foreach (object? key in arguments.Skip(1))
        {
            value = TemplateText.Simplify(value) switch
            {
                JsonElement { ValueKind: JsonValueKind.Object } map =>
                    map.TryGetProperty(Text(key, "index", offset), out JsonElement entry) ? TemplateText.Simplify(entry) : "",
                JsonElement { ValueKind: JsonValueKind.Array } array => TemplateText.Simplify(array[Bounded(key, array.GetArrayLength(), offset)]),
                IReadOnlyList<object?> list => list[Bounded(key, list.Count, offset)],
                var other => throw TemplateException.At(offset, $"error calling index: can't index item of type {TemplateText.KindOf(other)}"),
            };
        }

        return value;
    }

    private static string Slice(IReadOnlyList<object?> arguments, int offset)
    {
        string text = Text(Least(arguments, 1, "slice", offset)[0], "slice", offset);
        int from = arguments.Count > 1 ? Whole(arguments[1], "slice", offset) : 0;
        int to = arguments.Count > 2 ? Whole(arguments[2], "slice", offset) : text.Length;
        return from >= 0 && from <= to && to <= text.Length
            ? text[from..to]
            : throw TemplateException.At(offset, $"error calling slice: index out of range: {to}");
    }

    private static int Bounded(object? key, int count, int offset)
    {
        int index = Whole(key, "index", offset);
        return index >= 0 && index < count ? index : throw TemplateException.At(offset, $"error calling index: index out of range: {index}");
    }

    private static string Text(object? value, string function, int offset) =>
        TemplateText.Simplify(value) as string
        ?? throw TemplateException.At(offset, $"wrong type for value; {function} expected string; got {TemplateText.KindOf(value)}");

    private static int Whole(object? value, string function, int offset) =>
        TemplateText.Simplify(value) is long whole && whole is >= int.MinValue and <= MaxWhole
            ? (int)whole
            : throw TemplateException.At(offset, $"wrong type for value; {function} expected a small int; got {TemplateText.Of(value)}");

    private static object? One(string name, IReadOnlyList<object?> arguments, int offset) => Exactly(arguments, 1, name, offset)[0];

    private static IReadOnlyList<object?> Exactly(IReadOnlyList<object?> arguments, int count, string name, int offset) =>
        arguments.Count == count
            ? arguments
            : throw TemplateException.At(offset, string.Create(CultureInfo.InvariantCulture, $"wrong number of args for {name}: want {count} got {arguments.Count}"));

    private static IReadOnlyList<object?> Least(IReadOnlyList<object?> arguments, int count, string name, int offset) =>
        arguments.Count >= count
            ? arguments
            : throw TemplateException.At(offset, $"wrong number of args for {name}: want at least {count} got {arguments.Count}");

    private static string[] Names =>
    [
        "json", "lower", "upper", "title", "join", "split", "truncate", "pad", "print", "println", "printf", "len", "index", "slice",
        "not", "and", "or", "eq", "ne", "lt", "le", "gt", "ge",
    ];

    private const int MaxWhole = 1 << 16;
}
