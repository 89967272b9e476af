using System.Buffers;
using System.Text;
using System.Text.Json;
using Inro.Engine.Events;

namespace Inro.Engine.Views;

/// <summary>One event in Docker's shape, with the fields of old clients and of new ones.</summary>
public static class EventView
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>One object, without a line's end.</summary>
    public static string Json(EventRecord shown)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (shown.Type is "container" or "image")
            {
                json.WriteString("status", shown.Action);
                json.WriteString("id", shown.Actor);
                if (ImageOf(shown) is { } from) { json.WriteString("from", from); }
            }

            json.WriteString("Type", shown.Type);
            json.WriteString("Action", shown.Action);
            json.WriteStartObject("Actor");
            json.WriteString("ID", shown.Actor);
            json.WritePropertyName("Attributes");
            json.WriteRawValue(shown.Attributes);
            json.WriteEndObject();
            json.WriteString("scope", "local");
            json.WriteNumber("time", shown.TimeNanoseconds / NanosecondsPerSecond);
            json.WriteNumber("timeNano", shown.TimeNanoseconds);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The image that a container of an event is made of, as it was typed; null: the event is about something else.</summary>
    public static string? ImageOf(EventRecord shown)
    {
        using var attributes = JsonDocument.Parse(shown.Attributes);
        return shown.Type == "container" && attributes.RootElement.TryGetProperty("image", out JsonElement image) ? image.GetString() : null;
    }
}
