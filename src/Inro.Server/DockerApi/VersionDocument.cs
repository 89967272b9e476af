using System.Buffers;
using System.Text.Json;

namespace Inro.Server.DockerApi;

/// <summary>The answer to <c>GET /version</c>.</summary>
/// <remarks>Source: Docker Engine API 1.51, SystemVersion.</remarks>
internal static class VersionDocument
{
    public static ReadOnlyMemory<byte> Write()
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("Platform"u8);
            json.WriteString("Name"u8, "Inro");
            json.WriteEndObject();
            json.WriteStartArray("Components"u8);
            json.WriteStartObject();
            json.WriteString("Name"u8, "Engine");
            json.WriteString("Version"u8, ProductVersion.Text);
            json.WriteStartObject("Details"u8);
            WriteDetails(json);
            json.WriteString("Experimental"u8, "false");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("Version"u8, ProductVersion.Text);
            WriteDetails(json);
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteString("ApiVersion"u8, ProductVersion.Api);
        json.WriteString("MinAPIVersion"u8, ProductVersion.OldestApi);
        json.WriteString("GitCommit"u8, ProductVersion.Commit);
        json.WriteString("GoVersion"u8, ProductVersion.Platform); // the API has no other field for what the program was built with
        json.WriteString("Os"u8, "linux");
        json.WriteString("Arch"u8, ProductVersion.Architecture);
        json.WriteString("KernelVersion"u8, ProductVersion.Kernel);
    }
}
