using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inro.Engine.Templates;

/// <summary>Writes any template value as JSON, without escaping what HTML would want escaped.</summary>
public static class TemplateJson
{
    /// <summary>One line of JSON.</summary>
    public static string Of(object? value) => Write(value, indent: 0);

    /// <summary>JSON over several lines.</summary>
    /// <param name="value">A template value.</param>
    /// <param name="indent">Spaces per level; zero means one line.</param>
    public static string Write(object? value, int indent)
    {
        ArrayBufferWriter<byte> bytes = new();
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = indent > 0, IndentSize = Math.Max(indent, 1), NewLine = "\n" };
        using (Utf8JsonWriter writer = new(bytes, options)) { Write(writer, value); }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case JsonElement element: element.WriteTo(writer); break;
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case long whole: writer.WriteNumberValue(whole); break;
            case double real: writer.WriteNumberValue(real); break;
            case ITemplateObject row: WriteRow(writer, row); break;
            case IReadOnlyList<object?> list:
                writer.WriteStartArray();
                foreach (object? item in list) { Write(writer, item); }

                writer.WriteEndArray();
                break;
            default: throw new TemplateException($"a value of type {value.GetType().Name} has no JSON form");
        }
    }

    private static void WriteRow(Utf8JsonWriter writer, ITemplateObject row)
    {
        writer.WriteStartObject();
        foreach (string name in row.FieldNames)
        {
            if (!row.TryGetField(name, [], out object? field)) { continue; }

            writer.WritePropertyName(name);
            Write(writer, field);
        }

        writer.WriteEndObject();
    }
}
