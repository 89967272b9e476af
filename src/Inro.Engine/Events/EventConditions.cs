using System.Text.Json;

namespace Inro.Engine.Events;

/// <summary>Decides which events are shown. Values of one name are alternatives; different names must all hold; labels all hold.</summary>
public sealed class EventConditions
{
    private readonly ILookup<string, string> conditions;

    /// <summary>Takes conditions as they are typed: name and value.</summary>
    public EventConditions(IEnumerable<KeyValuePair<string, string>> conditions) =>
        this.conditions = conditions.ToLookup(static c => c.Key, static c => c.Value, StringComparer.Ordinal);

    /// <summary>Names of conditions that there are.</summary>
    public static string[] Names => ["container", "event", "image", "label", "network", "scope", "type", "volume"];

    /// <summary>Whether an event is shown.</summary>
    public bool Match(EventRecord shown)
    {
        using var attributes = JsonDocument.Parse(shown.Attributes);
        JsonElement all = attributes.RootElement;
        return conditions.All(group => group.Key == "label" ? group.All(value => HasLabel(all, value)) : group.Any(value => Holds(group.Key, value, shown, all)));
    }

    private static bool Holds(string name, string value, EventRecord shown, JsonElement attributes) => name switch
    {
        "type" => shown.Type == value,
        "event" => shown.Action == value || shown.Action.StartsWith(value + ":", StringComparison.Ordinal),
        "scope" => value == "local",
        "container" or "network" or "volume" => shown.Type == name && IsMeant(value, shown.Actor, attributes),
        _ => (shown.Type == "image" && IsMeant(value, shown.Actor, attributes)) || (shown.Type == "container" && TextOf(attributes, "image") == value),
    };

    private static bool IsMeant(string value, string actor, JsonElement attributes) =>
        value.Length > 0 && (actor.StartsWith(value, StringComparison.Ordinal) || actor.StartsWith("sha256:" + value, StringComparison.Ordinal) || TextOf(attributes, "name") == value.TrimStart('/'));

    private static bool HasLabel(JsonElement attributes, string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        string? has = TextOf(attributes, equals < 0 ? value : value[..equals]);
        return has is not null && (equals < 0 || has == value[(equals + 1)..]);
    }

    private static string? TextOf(JsonElement attributes, string name) => attributes.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;
}
