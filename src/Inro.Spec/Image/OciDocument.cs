using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Inro.Spec.Image;

/// <summary>Reads the JSON documents of images strictly: bounded depth, no name twice in one object, no null where a value is required.</summary>
public static class OciDocument
{
    /// <summary>Largest index or manifest, in bytes; registries hold the same limit.</summary>
    public const int MaxManifestBytes = 4 << 20;

    /// <summary>Largest config, in bytes.</summary>
    public const int MaxConfigBytes = 8 << 20;

    /// <summary>Largest manifest.json of a docker archive, in bytes.</summary>
    public const int MaxArchiveManifestBytes = 4 << 20;

    /// <summary>Most layers of one image: far more than builders make, and as many as are read in a moment.</summary>
    public const int MaxLayers = 4096;

    private const int MaxDepth = 32;

    /// <summary>Reads a manifest and checks what the types cannot say.</summary>
    /// <exception cref="FormatException">It is not a manifest; the message says why.</exception>
    public static Manifest ReadManifest(ReadOnlySpan<byte> json)
    {
        Manifest manifest = Read(json, OciJson.Default.Manifest, "manifest");
        Require(manifest.SchemaVersion == 2, "manifest", $"schemaVersion is {manifest.SchemaVersion}, only 2 is supported");
        Require(manifest.Layers.Count <= MaxLayers, "manifest", $"{manifest.Layers.Count} layers, the limit is {MaxLayers}");
        Check(manifest.Config, "manifest");
        foreach (Descriptor layer in manifest.Layers) { Check(layer, "manifest"); }

        return manifest;
    }

    /// <summary>Reads an index and checks what the types cannot say.</summary>
    /// <exception cref="FormatException">It is not an index; the message says why.</exception>
    public static ImageIndex ReadIndex(ReadOnlySpan<byte> json)
    {
        ImageIndex index = Read(json, OciJson.Default.ImageIndex, "index");
        Require(index.SchemaVersion == 2, "index", $"schemaVersion is {index.SchemaVersion}, only 2 is supported");
        foreach (Descriptor manifest in index.Manifests) { Check(manifest, "index"); }

        return index;
    }

    /// <summary>Reads an image's config.</summary>
    /// <exception cref="FormatException">It is not a config; the message says why.</exception>
    public static ImageConfig ReadConfig(ReadOnlySpan<byte> json)
    {
        ImageConfig config = Read(json, OciJson.Default.ImageConfig, "config");
        Require(config.RootFileSystem.Type == "layers", "config", $"rootfs.type is '{config.RootFileSystem.Type}', only 'layers' is known");
        Require(config.RootFileSystem.DiffIds.Count <= MaxLayers, "config", $"{config.RootFileSystem.DiffIds.Count} layers, the limit is {MaxLayers}");
        return config;
    }

    /// <summary>Reads the file oci-layout.</summary>
    /// <exception cref="FormatException">It is another version, or no such file.</exception>
    public static void CheckLayout(ReadOnlySpan<byte> json)
    {
        ImageLayout layout = Read(json, OciJson.Default.ImageLayout, "oci-layout");
        Require(layout.ImageLayoutVersion == ImageLayout.Version, "oci-layout", $"version '{layout.ImageLayoutVersion}', only {ImageLayout.Version} is known");
    }

    /// <summary>Reads the manifest.json of a docker archive.</summary>
    /// <exception cref="FormatException">It is not one; the message says why.</exception>
    public static IReadOnlyList<DockerArchiveEntry> ReadArchiveManifest(ReadOnlySpan<byte> json)
    {
        DockerArchiveEntry[] entries = Read(json, OciJson.Default.DockerArchiveEntryArray, "manifest.json");
        foreach (DockerArchiveEntry entry in entries)
        {
            Require(entry is not null, "manifest.json", "an element is null");
            Require(entry!.Layers.Count <= MaxLayers, "manifest.json", $"{entry.Layers.Count} layers, the limit is {MaxLayers}");
        }

        return entries;
    }

    /// <summary>What an index or manifest says it is, or what it can only be; null where neither tells.</summary>
    /// <remarks>The answer's header may say something else: the bytes are what the digest is of.</remarks>
    public static string? MediaTypeOf(ReadOnlySpan<byte> json)
    {
        string? guess = null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) { continue; }

                if (reader.ValueTextEquals("mediaType"u8))
                {
                    reader.Read();
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                guess ??= reader.ValueTextEquals("manifests"u8) ? MediaTypes.OciIndex
                    : reader.ValueTextEquals("layers"u8) ? MediaTypes.OciManifest
                    : reader.ValueTextEquals("fsLayers"u8) ? MediaTypes.DockerManifestV1
                    : null;
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException) { return null; } // whoever reads it says what is wrong with it

        return guess;
    }

    /// <summary>The manifest that an index or manifest is about; null where it is about none, or is no document.</summary>
    public static Digest? SubjectOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("subject"u8)) { continue; }

                reader.Read();
                return reader.TokenType == JsonTokenType.Null ? null : JsonSerializer.Deserialize(ref reader, OciJson.Default.Descriptor)?.Digest;
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException) { return null; } // whoever reads it says what is wrong with it

        return null;
    }

    /// <summary>A manifest as bytes.</summary>
    public static byte[] Write(Manifest manifest) => Write(manifest, OciJson.Default.Manifest);

    /// <summary>An index as bytes.</summary>
    public static byte[] Write(ImageIndex index) => Write(index, OciJson.Default.ImageIndex);

    /// <summary>Media types hold a plus sign, which need not be escaped anywhere but in web pages.</summary>
    private static byte[] Write<T>(T document, JsonTypeInfo<T> type)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            JsonSerializer.Serialize(writer, document, type);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string what)
    {
        try
        {
            RefuseRepeatedNames(json);
            return JsonSerializer.Deserialize(json, type) ?? throw new FormatException($"{what}: the document is null");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException) // the reader's word for text that is not UTF-8
        {
            throw new FormatException($"{what}: {failure.Message}", failure);
        }
    }

    /// <summary>Two "digest" keys must not mean two things to two programs. .NET 9's serializer would take the last.</summary>
    private static void RefuseRepeatedNames(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var open = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    open.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    string name = reader.GetString()!; // a property name is never null
                    if (!open.Peek().Add(name)) { throw new JsonException($"the name '{name}' stands twice in one object"); }

                    break;
                default:
                    break;
            }
        }
    }

    private static void Check(Descriptor descriptor, string what)
    {
        Require(descriptor is not null, what, "a descriptor is null");
        Require(descriptor!.Size >= 0, what, $"{descriptor.Digest} has the size {descriptor.Size}");
    }

    private static void Require(bool condition, string what, string why)
    {
        if (!condition) { throw new FormatException($"{what}: {why}"); }
    }
}
