using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Inro.Engine.Events;

/// <summary>Makes the attributes of an event: a JSON object of strings.</summary>
internal static class EventAttributes
{
    /// <summary>Names and values in turn; a null value leaves its name out. Names are given in order.</summary>
    public static string Of(params ReadOnlySpan<string?> namesAndValues)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            for (int i = 0; i + 1 < namesAndValues.Length; i += 2)
            {
                if (namesAndValues[i + 1] is { } value) { json.WriteString(namesAndValues[i]!, value); }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
