using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Engine.Manifests;
using Inro.Spec.Image;

namespace Inro.Cli.Verbs.Manifests;

/// <summary>Manifests in docker's JSON: lists indented by three spaces, everything else by a tab.</summary>
internal static class ManifestText
{
    private const int SpacesOfList = 3;
    private const int MaxDepth = 32;

    /// <summary>A document with lines and indentation.</summary>
    public static string Of(byte[] document, bool isList) => Write(
        writer =>
        {
            using JsonDocument parsed = Parse(document);
            parsed.RootElement.WriteTo(writer);
        },
        isList ? ' ' : '\t', isList ? SpacesOfList : 1);

    /// <summary>One manifest with where it is from and what it runs on.</summary>
    public static string Verbose(ManifestEntry entry) => Write(writer => Write(writer, entry), '\t', 1);

    /// <summary>All manifests of a list so.</summary>
    public static string Verbose(IReadOnlyList<ManifestEntry> entries) => Write(
        writer =>
        {
            writer.WriteStartArray();
            foreach (ManifestEntry entry in entries) { Write(writer, entry); }

            writer.WriteEndArray();
        },
        '\t', 1);

    private static void Write(Utf8JsonWriter writer, ManifestEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("Ref", entry.Reference);
        writer.WritePropertyName("Descriptor");
        JsonSerializer.Serialize(writer, entry.Descriptor, OciJson.Default.Descriptor);
        writer.WriteBase64String("Raw", entry.Bytes);
        writer.WritePropertyName(entry.Descriptor.MediaType == MediaTypes.DockerManifest ? "SchemaV2Manifest" : "OCIManifest");
        using (JsonDocument manifest = Parse(entry.Bytes)) { manifest.RootElement.WriteTo(writer); }

        writer.WriteEndObject();
    }

    private static JsonDocument Parse(byte[] document) => JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = MaxDepth });

    private static string Write(Action<Utf8JsonWriter> write, char indent, int size)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, IndentCharacter = indent, IndentSize = size, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(bytes, options)) { write(writer); }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
