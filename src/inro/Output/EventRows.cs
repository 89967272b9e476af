using System.Globalization;
using System.Text.Json;
using Inro.Engine.Events;
using Inro.Engine.Templates;
using Inro.Engine.Views;

namespace Inro.Cli.Output;

/// <summary>Events in docker's shapes: a line for people, fields for templates.</summary>
internal static class EventRows
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerTick = 100;
    private const int IdDigits = 64;
    private const int ShortIdDigits = 12;

    /// <summary>One line: <c>TIME TYPE ACTION ACTOR (name=value, …)</c>, the time by this machine's clock.</summary>
    /// <param name="shown">The event.</param>
    /// <param name="isFull">Whole ids; otherwise those of 64 digits are cut.</param>
    public static string Line(EventRecord shown, bool isFull = true)
    {
        using var attributes = JsonDocument.Parse(shown.Attributes);
        string words = string.Join(", ", attributes.RootElement.EnumerateObject().Select(static a => $"{a.Name}={a.Value.GetString()}"));
        return $"{Time(shown.TimeNanoseconds)} {shown.Type} {shown.Action} {(isFull || shown.Actor.Length != IdDigits ? shown.Actor : shown.Actor[..ShortIdDigits])}{(words.Length > 0 ? $" ({words})" : "")}";
    }

    /// <summary>What a template sees.</summary>
    public static ITemplateObject Fields(EventRecord shown)
    {
        using var attributes = JsonDocument.Parse(shown.Attributes);
        return new FieldList(
            ("Status", shown.Action), ("ID", shown.Actor), ("From", EventView.ImageOf(shown) ?? ""), ("Type", shown.Type), ("Action", shown.Action),
            ("Actor", new FieldList(("ID", shown.Actor), ("Attributes", attributes.RootElement.Clone()))),
            ("Scope", "local"), ("Time", shown.TimeNanoseconds / NanosecondsPerSecond), ("TimeNano", shown.TimeNanoseconds));
    }

    private static string Time(long nanoseconds)
    {
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick).ToLocalTime();
        string zone = time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss}.{nanoseconds % NanosecondsPerSecond:d9}{zone}");
    }
}
