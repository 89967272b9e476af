using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Inro.Engine.Templates;

/// <summary>What values look like in a template's output, and what they mean as a condition.</summary>
internal static class TemplateText
{
    /// <summary>A JSON scalar as a plain value; objects and arrays stay as they are.</summary>
    public static object? Simplify(object? value)
    {
        if (value is not JsonElement element) { return value is int or uint or short ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : value; }

        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => element.TryGetInt64(out long whole) ? whole : element.GetDouble(),
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            _ => value,
        };
    }

    /// <summary>The text of a value as Go's <c>%v</c> writes it: <c>[a b]</c>, <c>map[k:v]</c>.</summary>
    public static string Of(object? value, bool isPrinted = false)
    {
        switch (Simplify(value))
        {
            case null: return isPrinted ? "<no value>" : "<nil>";
            case string text: return text;
            case bool truth: return truth ? "true" : "false";
            case long whole: return whole.ToString(CultureInfo.InvariantCulture);
            case double real: return real.ToString("R", CultureInfo.InvariantCulture);
            case { } other: return OfMany(other);
        }
    }

    /// <summary>False for null, false, zero and whatever is empty.</summary>
    public static bool IsTrue(object? value) => Simplify(value) switch
    {
        null => false,
        bool truth => truth,
        string text => text.Length > 0,
        long whole => whole != 0,
        double real => real != 0,
        ITemplateObject => true,
        { } other => Length(other, 0) > 0,
    };

    /// <summary>Number of characters (UTF-8 bytes, as in Go), elements or entries.</summary>
    public static long Length(object? value, int offset) => Simplify(value) switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        JsonElement { ValueKind: JsonValueKind.Array } array => array.GetArrayLength(),
        JsonElement { ValueKind: JsonValueKind.Object } map => map.EnumerateObject().Count(),
        IReadOnlyList<object?> list => list.Count,
        var other => throw TemplateException.At(offset, $"error calling len: len of {KindOf(other)}"),
    };

    /// <summary>What <c>range</c> visits: elements with their index, entries in the order of their keys, numbers below n.</summary>
    public static IEnumerable<(object? Key, object? Element)> Elements(object? value, int offset)
    {
        switch (Simplify(value))
        {
            case null: return [];
            case JsonElement { ValueKind: JsonValueKind.Array } array:
                return array.EnumerateArray().Select(static (e, i) => ((object?)(long)i, Simplify(e)));
            case JsonElement { ValueKind: JsonValueKind.Object } map:
                return map.EnumerateObject().OrderBy(static p => p.Name, StringComparer.Ordinal).Select(static p => ((object?)p.Name, Simplify(p.Value)));
            case IReadOnlyList<object?> list: return list.Select(static (e, i) => ((object?)(long)i, Simplify(e)));
            case long count and <= MaxRange: return Enumerable.Range(0, (int)Math.Max(count, 0)).Select(static i => ((object?)(long)i, (object?)(long)i));
            default: throw TemplateException.At(offset, $"range can't iterate over {Of(value)}");
        }
    }

    /// <summary>The kind of a value, for messages.</summary>
    public static string KindOf(object? value) => Simplify(value) switch
    {
        null => "nil",
        string => "string",
        bool => "bool",
        long => "int64",
        double => "float64",
        JsonElement { ValueKind: JsonValueKind.Array } or IReadOnlyList<object?> => "list",
        _ => "map",
    };

    private static string OfMany(object value)
    {
        if (value is ITemplateObject row)
        {
            return $"{{{string.Join(' ', row.FieldNames.Select(n => row.TryGetField(n, [], out object? field) ? Of(field) : ""))}}}";
        }

        bool isMap = value is JsonElement { ValueKind: JsonValueKind.Object };
        IEnumerable<string> parts = Elements(value, 0).Select(e => isMap ? $"{Of(e.Key)}:{Of(e.Element)}" : Of(e.Element));
        return isMap ? $"map[{string.Join(' ', parts)}]" : $"[{string.Join(' ', parts)}]";
    }

    private const long MaxRange = 1 << 20;
}
