using System.Text.Json;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <summary>Reads the part of an image's config that a start needs, without a serializer's first use.</summary>
/// <remarks>Names as Go reads them: exact, and the last of two wins. Everything else is skipped.</remarks>
internal static class ImageDefaultsReader
{
    /// <summary>More entries than any image has: hostile configs end here.</summary>
    private const int MaxEntries = 65_536;

    /// <exception cref="EngineException">DataLoss: not the config of an image.</exception>
    public static ContainerDefaults Read(ReadOnlySpan<byte> config, string imageId) => Read(config, imageId, out _);

    /// <param name="config">The config.</param>
    /// <param name="imageId">What errors call it.</param>
    /// <param name="platform">What it says that the image is for; null where it says nothing.</param>
    /// <exception cref="EngineException">DataLoss: not the config of an image.</exception>
    public static ContainerDefaults Read(ReadOnlySpan<byte> config, string imageId, out Platform? platform)
    {
        (string? system, string? architecture, string? variant) = (null, null, null);
        try
        {
            var json = new Utf8JsonReader(config);
            var defaults = new ContainerDefaults();
            json.Read();
            Require(json.TokenType == JsonTokenType.StartObject);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isConfig = json.ValueTextEquals("config"u8);
                bool isSystem = json.ValueTextEquals("os"u8);
                bool isArchitecture = json.ValueTextEquals("architecture"u8);
                bool isVariant = json.ValueTextEquals("variant"u8);
                json.Read();
                if (isConfig && json.TokenType == JsonTokenType.StartObject) { defaults = ReadObject(ref json); }
                else if (json.TokenType != JsonTokenType.String) { json.Skip(); }
                else if (isSystem) { system = json.GetString(); }
                else if (isArchitecture) { architecture = json.GetString(); }
                else if (isVariant) { variant = json.GetString(); }
            }

            platform = system is { Length: > 0 } && architecture is { Length: > 0 } ? new Platform { OperatingSystem = system, Architecture = architecture, Variant = variant } : null;

            return defaults;
        }
        catch (JsonException malformed)
        {
            throw new EngineException(ErrorCode.DataLoss, $"the config of image {imageId} is malformed: {malformed.Message}", "load the image again", malformed);
        }
    }

    private static ContainerDefaults ReadObject(ref Utf8JsonReader json)
    {
        var d = new ContainerDefaults();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (json.TokenType == JsonTokenType.Null) { continue; }

            switch (name)
            {
                case "User": d = d with { User = Text(ref json) }; break;
                case "Env": d = d with { Env = List(ref json) }; break;
                case "Entrypoint": d = d with { Entrypoint = List(ref json) }; break;
                case "Cmd": d = d with { Cmd = List(ref json) }; break;
                case "WorkingDir": d = d with { WorkingDir = Text(ref json) }; break;
                case "StopSignal": d = d with { StopSignal = Text(ref json) }; break;
                case "Labels": d = d with { Labels = Map(ref json) }; break;
                case "Volumes": d = d with { Volumes = Set(ref json) }; break;
                case "ExposedPorts": d = d with { ExposedPorts = Set(ref json) }; break;
                case "Healthcheck": d = d with { HealthCheck = Health(ref json) }; break;
                case "Shell": d = d with { Shell = List(ref json) }; break;
                case "OnBuild": d = d with { OnBuild = List(ref json) }; break;
                default: json.Skip(); break;
            }
        }

        return d;
    }

    private static HealthCheck Health(ref Utf8JsonReader json)
    {
        Require(json.TokenType == JsonTokenType.StartObject);
        var health = new HealthCheck();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            health = name switch
            {
                "Test" => health with { Test = List(ref json) },
                "Interval" => health with { IntervalNanoseconds = Number(ref json) },
                "Timeout" => health with { TimeoutNanoseconds = Number(ref json) },
                "StartPeriod" => health with { StartPeriodNanoseconds = Number(ref json) },
                "StartInterval" => health with { StartIntervalNanoseconds = Number(ref json) },
                "Retries" => health with { Retries = (int)Number(ref json) },
                _ => Skipped(ref json, health),
            };
        }

        return health;
    }

    private static HealthCheck Skipped(ref Utf8JsonReader json, HealthCheck same)
    {
        json.Skip();
        return same;
    }

    private static string Text(ref Utf8JsonReader json)
    {
        Require(json.TokenType == JsonTokenType.String);
        return json.GetString()!;
    }

    private static long Number(ref Utf8JsonReader json)
    {
        Require(json.TokenType == JsonTokenType.Number);
        return json.TryGetInt64(out long number) ? number : throw new JsonException("a number is out of range");
    }

    private static List<string> List(ref Utf8JsonReader json)
    {
        Require(json.TokenType == JsonTokenType.StartArray);
        List<string> values = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            Require(values.Count < MaxEntries);
            values.Add(Text(ref json));
        }

        return values;
    }

    private static Dictionary<string, string> Map(ref Utf8JsonReader json)
    {
        Require(json.TokenType == JsonTokenType.StartObject);
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            Require(values.Count < MaxEntries);
            string name = json.GetString()!;
            json.Read();
            values[name] = json.TokenType == JsonTokenType.Null ? "" : Text(ref json);
        }

        return values;
    }

    private static Dictionary<string, EmptyObject> Set(ref Utf8JsonReader json)
    {
        Require(json.TokenType == JsonTokenType.StartObject);
        Dictionary<string, EmptyObject> values = new(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            Require(values.Count < MaxEntries);
            string name = json.GetString()!;
            json.Read();
            json.Skip();
            values[name] = new EmptyObject();
        }

        return values;
    }

    private static void Require(bool condition)
    {
        if (!condition) { throw new JsonException("a value has another type than the specification says"); }
    }
}
