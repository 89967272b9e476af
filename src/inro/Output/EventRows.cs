using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Inro.Engine.Events;
using Inro.Engine.Templates;

namespace Inro.Cli.Output;

/// <summary>Events in docker's shapes: a line for people, a JSON object for programs, fields for templates.</summary>
internal static class EventRows
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerTick = 100;

    /// <summary>One line: <c>TIME TYPE ACTION ACTOR (name=value, …)</c>, the time by this machine's clock.</summary>
    public static string Line(EventRecord shown)
    {
        using var attributes = JsonDocument.Parse(shown.Attributes);
        string words = string.Join(", ", attributes.RootElement.EnumerateObject().Select(static a => $"{a.Name}={a.Value.GetString()}"));
        return $"{Time(shown.TimeNanoseconds)} {shown.Type} {shown.Action} {shown.Actor}{(words.Length > 0 ? $" ({words})" : "")}";
    }

    /// <summary>One object.</summary>
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

    /// <summary>What a template sees.</summary>
    public static ITemplateObject Fields(EventRecord shown)
    {
        using var attributes = JsonDocument.Parse(shown.Attributes);
        return new FieldList(
            ("Status", shown.Action), ("ID", shown.Actor), ("From", ImageOf(shown) ?? ""), ("Type", shown.Type), ("Action", shown.Action),
            ("Actor", new FieldList(("ID", shown.Actor), ("Attributes", attributes.RootElement.Clone()))),
            ("Scope", "local"), ("Time", shown.TimeNanoseconds / NanosecondsPerSecond), ("TimeNano", shown.TimeNanoseconds));
    }

    private static string? ImageOf(EventRecord shown)
    {
        using var attributes = JsonDocument.Parse(shown.Attributes);
        return shown.Type == "container" && attributes.RootElement.TryGetProperty("image", out JsonElement image) ? image.GetString() : null;
    }

    private static string Time(long nanoseconds)
    {
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick).ToLocalTime();
        string zone = time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss}.{nanoseconds % NanosecondsPerSecond:d9}{zone}");
    }
}
