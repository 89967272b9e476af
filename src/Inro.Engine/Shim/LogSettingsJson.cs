using System.Text.Json;
using Inro.Engine.Logs;

namespace Inro.Engine.Shim;

/// <summary>How the log is stored, within shim.json.</summary>
internal static class LogSettingsJson
{
    public static void Write(Utf8JsonWriter json, LogSettings log)
    {
        json.WriteStartObject("log"u8);
        json.WriteString("driver"u8, LogDriverNames.Of(log.Driver));
        json.WriteString("path"u8, log.Path);
        json.WriteNumber("maxFileBytes"u8, log.MaxFileBytes);
        json.WriteNumber("maxFiles"u8, log.MaxFiles);
        if (log.IsCompressed) { json.WriteBoolean("compressed"u8, true); }

        if (log.MaxBufferBytes > 0) { json.WriteNumber("maxBufferBytes"u8, log.MaxBufferBytes); }

        if (log.ContainerId.Length > 0) { json.WriteString("container"u8, log.ContainerId); }

        if (log.Attributes.Count > 0)
        {
            json.WriteStartObject("attributes"u8);
            foreach ((string name, string value) in log.Attributes) { json.WriteString(name, value); }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static LogSettings Read(ref Utf8JsonReader json)
    {
        LogSettings log = new() { Path = "" };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            json.Read();
            switch (name)
            {
                case "driver": log = log with { Driver = Driver(json.GetString()) }; break;
                case "path": log = log with { Path = json.GetString() ?? "" }; break;
                case "maxFileBytes": log = log with { MaxFileBytes = json.GetInt64() }; break;
                case "maxFiles": log = log with { MaxFiles = json.GetInt32() }; break;
                case "compressed": log = log with { IsCompressed = json.GetBoolean() }; break;
                case "maxBufferBytes": log = log with { MaxBufferBytes = json.GetInt32() }; break;
                case "container": log = log with { ContainerId = json.GetString() ?? "" }; break;
                case "attributes": log = log with { Attributes = Attributes(ref json) }; break;
                default: json.Skip(); break;
            }
        }

        return log;
    }

    private static LogDriver Driver(string? name) => LogDriverNames.Find(name) ?? throw new JsonException($"log.driver: unknown driver '{name}'");

    private static Dictionary<string, string> Attributes(ref Utf8JsonReader json)
    {
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!; // a property name is never null
            json.Read();
            attributes[name] = json.GetString() ?? "";
        }

        return attributes;
    }
}
