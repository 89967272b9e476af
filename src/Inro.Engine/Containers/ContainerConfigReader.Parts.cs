using System.Text;
using System.Text.Json;
using Inro.Engine.Volumes;

namespace Inro.Engine.Containers;

/// <content>The parts.</content>
internal static partial class ContainerConfigReader
{
    private delegate T MemberReader<T>(T value, string name, ref Utf8JsonReader json);

    private delegate T ItemReader<T>(ref Utf8JsonReader json);

    /// <summary>Mounts with every name resolved.</summary>
    public static IReadOnlyList<ResolvedMount> ReadMounts(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        json.Read();
        return List(ref json, Resolved);
    }

    /// <summary>A list of strings.</summary>
    public static IReadOnlyList<string> ReadList(string text)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        json.Read();
        return Strings(ref json);
    }

    /// <summary>An object of strings; an empty text is an empty one.</summary>
    public static IReadOnlyDictionary<string, string> ReadMap(string text)
    {
        if (text.Length == 0) { return System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty; }

        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        json.Read();
        return Map(ref json);
    }

    private static HealthCheck Health(ref Utf8JsonReader json) => Object(
        ref json,
        new HealthCheck(),
        static (HealthCheck m, string name, ref Utf8JsonReader json) => name switch
        {
            "test" => m with { Test = Strings(ref json) },
            "intervalNanoseconds" => m with { IntervalNanoseconds = json.GetInt64() },
            "timeoutNanoseconds" => m with { TimeoutNanoseconds = json.GetInt64() },
            "startPeriodNanoseconds" => m with { StartPeriodNanoseconds = json.GetInt64() },
            "startIntervalNanoseconds" => m with { StartIntervalNanoseconds = json.GetInt64() },
            "retries" => m with { Retries = json.GetInt32() },
            _ => Skip(m, ref json),
        });

    private static RestartPolicy Restart(ref Utf8JsonReader json) => Object(
        ref json,
        RestartPolicy.Never,
        static (RestartPolicy p, string name, ref Utf8JsonReader json) => name switch
        {
            "name" => p with { Name = Text(ref json) },
            "maximumRetries" => p with { MaximumRetries = json.GetInt32() },
            _ => Skip(p, ref json),
        });

    private static DeviceRate Rate(ref Utf8JsonReader json) => Object(
        ref json,
        new DeviceRate("", 0),
        static (DeviceRate d, string name, ref Utf8JsonReader json) => name switch
        {
            "path" => d with { Path = Text(ref json) },
            "value" => d with { Value = json.GetInt64() },
            _ => Skip(d, ref json),
        });

    private static ResourceLimit ResourceLimit(ref Utf8JsonReader json) => Object(
        ref json,
        new ResourceLimit("", 0, 0),
        static (ResourceLimit l, string name, ref Utf8JsonReader json) => name switch
        {
            "name" => l with { Name = Text(ref json) },
            "soft" => l with { Soft = json.GetInt64() },
            "hard" => l with { Hard = json.GetInt64() },
            _ => Skip(l, ref json),
        });

    private static DeviceRequest Device(ref Utf8JsonReader json) => Object(
        ref json,
        new DeviceRequest("", "", ""),
        static (DeviceRequest d, string name, ref Utf8JsonReader json) => name switch
        {
            "hostPath" => d with { HostPath = Text(ref json) },
            "containerPath" => d with { ContainerPath = Text(ref json) },
            "permissions" => d with { Permissions = Text(ref json) },
            _ => Skip(d, ref json),
        });

    private static List<MountRequest> Requests(ref Utf8JsonReader json) => List(ref json, Request);

    private static List<DeviceRate> Rates(ref Utf8JsonReader json) => List(ref json, Rate);

    private static List<ResourceLimit> Limits(ref Utf8JsonReader json) => List(ref json, ResourceLimit);

    private static List<DeviceRequest> Devices(ref Utf8JsonReader json) => List(ref json, Device);

    private static List<string> Strings(ref Utf8JsonReader json) => List(ref json, Text);

    private static string Text(ref Utf8JsonReader json) => json.GetString() ?? "";

    private static Dictionary<string, string> Map(ref Utf8JsonReader json) => Object(
        ref json,
        new Dictionary<string, string>(StringComparer.Ordinal),
        static (Dictionary<string, string> map, string name, ref Utf8JsonReader json) =>
        {
            map[name] = Text(ref json);
            return map;
        });

    private static T Object<T>(ref Utf8JsonReader json, T value, MemberReader<T> member)
    {
        if (json.TokenType != JsonTokenType.StartObject) { throw new JsonException("an object is missing"); }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            value = member(value, name, ref json);
        }

        return value;
    }

    private static List<T> List<T>(ref Utf8JsonReader json, ItemReader<T> item)
    {
        if (json.TokenType != JsonTokenType.StartArray) { throw new JsonException("a list is missing"); }

        List<T> values = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) { values.Add(item(ref json)); }

        return values;
    }

    private static T Skip<T>(T same, ref Utf8JsonReader json)
    {
        json.Skip();
        return same;
    }
}
