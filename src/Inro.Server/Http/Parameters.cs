using System.Globalization;
using System.Text.Json;
using Inro.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Inro.Server.Http;

/// <summary>Parameters of a request: those of its address, and those of an urlencoded body.</summary>
internal sealed class Parameters(IQueryCollection query, IReadOnlyDictionary<string, StringValues> form)
{
    /// <summary>More conditions in a filter are refused.</summary>
    private const int MaxConditions = 1000;

    /// <summary>The value; null: not given, or empty.</summary>
    public string? Text(string name) => Value(name) is { Length: > 0 } text ? text : null;

    /// <summary>True for everything but nothing, <c>0</c>, <c>no</c>, <c>false</c> and <c>none</c> in any case.</summary>
    public bool Flag(string name) => IsTrue(Value(name));

    /// <summary>A whole number; null: not given.</summary>
    /// <exception cref="EngineException">InvalidArgument: it is none.</exception>
    public int? Number(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : throw new EngineException(ErrorCode.InvalidArgument, $"invalid value for parameter {name}: '{text}' is not a whole number");

    /// <summary>A point in time, nanoseconds since 1970; null: not given, or <c>0</c>, which means none.</summary>
    /// <exception cref="EngineException">InvalidArgument: it is none.</exception>
    public long? Time(string name)
    {
        if (Text(name) is not { } text || text == "0") { return null; }

        try { return PointInTime.Nanoseconds(text, EngineSession.NowNanoseconds); }
        catch (FormatException wrong) { throw new EngineException(ErrorCode.InvalidArgument, $"invalid value for parameter {name}: {wrong.Message}", cause: wrong); }
    }

    /// <summary>Conditions of a list: <c>{"label":{"a=b":true}}</c> from docker's client, <c>{"label":["a=b"]}</c> from others.</summary>
    /// <exception cref="EngineException">InvalidArgument: neither.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Filters()
    {
        if (Text("filters") is not { } text) { return []; }

        try { return Conditions(text); }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter: {wrong.Message}", cause: wrong);
        }
    }

    private static List<KeyValuePair<string, string>> Conditions(string text)
    {
        List<KeyValuePair<string, string>> conditions = [];
        using var filters = JsonDocument.Parse(text);
        foreach (JsonProperty filter in filters.RootElement.EnumerateObject())
        {
            if (filter.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty value in filter.Value.EnumerateObject())
                {
                    if (value.Value.ValueKind == JsonValueKind.True) { conditions.Add(new(filter.Name, value.Name)); }
                }
            }
            else
            {
                foreach (JsonElement value in filter.Value.EnumerateArray()) { conditions.Add(new(filter.Name, value.GetString() ?? "")); }
            }
        }

        return conditions.Count <= MaxConditions ? conditions : throw new JsonException($"more than {MaxConditions} conditions");
    }

    private string? Value(string name)
    {
        if (!query.TryGetValue(name, out StringValues values) && !form.TryGetValue(name, out values)) { return null; }

        string text = values.Count > 0 ? values[0] ?? "" : "";
        return !text.Contains('\0', StringComparison.Ordinal) ? text : throw new EngineException(ErrorCode.InvalidArgument, $"invalid value for parameter {name}: it holds a zero byte");
    }

    private static bool IsTrue(string? text) => text?.Trim().ToLowerInvariant() is not (null or "" or "0" or "no" or "false" or "none");
}
