using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Inro.Engine;

/// <summary>Objects of strings as columns hold them: JSON, or an empty text for an empty one.</summary>
internal static class StringMap
{
    /// <summary>Its names sorted as Go sorts them.</summary>
    public static string Write(IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0) { return ""; }

        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (string name in Sorted(values)) { json.WriteString(name, values[name]); }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text.Length == 0) { return values; }

        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property's name is a text
            json.Read();
            values[name] = json.GetString() ?? "";
        }

        return values;
    }

    /// <summary>The names in order.</summary>
    public static string[] Sorted(IReadOnlyDictionary<string, string> values)
    {
        string[] names = [.. values.Keys];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}
