using System.Text.Json;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.KernelTests.Images.Support;

/// <summary>An image for several platforms, and a document that refers to it.</summary>
public static class TestIndex
{
    /// <summary>Writes a layout directory whose tag <c>multi</c> is an index of linux/amd64, linux/arm64 and an attestation.</summary>
    /// <param name="path">The directory; made here.</param>
    /// <param name="withSignature">Whether the layout also holds an artifact whose subject is the index.</param>
    /// <returns>Digest of the index.</returns>
    public static Digest Write(string path, bool withSignature = false)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        List<Descriptor> choices =
        [
            Add(files, One("amd64"), new Platform { OperatingSystem = "linux", Architecture = "amd64" }),
            Add(files, One("arm64"), new Platform { OperatingSystem = "linux", Architecture = "arm64" }),
            Artifact(files, "attestation", null) with { Platform = new Platform { OperatingSystem = "unknown", Architecture = "unknown" } },
        ];
        byte[] index = JsonSerializer.SerializeToUtf8Bytes(new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.OciIndex, Manifests = choices }, OciJson.Default.ImageIndex);
        Descriptor target = Put(files, index, MediaTypes.OciIndex);
        List<Descriptor> top = [target with { Annotations = new Dictionary<string, string> { [Annotations.RefName] = "multi" } }];
        if (withSignature) { top.Add(Artifact(files, "signature", target)); }

        files["index.json"] = JsonSerializer.SerializeToUtf8Bytes(new ImageIndex { SchemaVersion = 2, Manifests = top }, OciJson.Default.ImageIndex);
        foreach ((string name, byte[] bytes) in files)
        {
            string file = Path.Combine(path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }

        return target.Digest;
    }

    /// <summary>Adds an artifact to a layout's files.</summary>
    /// <param name="files">By their paths.</param>
    /// <param name="content">Its one blob.</param>
    /// <param name="subject">What it refers to; null: nothing.</param>
    public static Descriptor Artifact(Dictionary<string, byte[]> files, string content, Descriptor? subject)
    {
        var manifest = new Manifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            ArtifactType = "application/vnd.test." + content,
            Config = Put(files, "{}"u8.ToArray(), "application/vnd.oci.empty.v1+json"),
            Layers = [Put(files, System.Text.Encoding.UTF8.GetBytes(content), "application/vnd.test.blob")],
            Subject = subject is null ? null : new Descriptor { MediaType = subject.MediaType, Digest = subject.Digest, Size = subject.Size },
        };
        return Put(files, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.Manifest), MediaTypes.OciManifest);
    }

    private static TestImage One(string architecture) => new TestImage { Name = architecture, Architecture = architecture }.Layer(new TarWriter().File("etc/arch", architecture));

    private static Descriptor Add(Dictionary<string, byte[]> files, TestImage image, Platform platform)
    {
        foreach ((string name, byte[] bytes) in image.Layout()) { files[name] = bytes; }

        Descriptor entry = JsonSerializer.Deserialize(files["index.json"], OciJson.Default.ImageIndex)!.Manifests[0];
        return entry with { Platform = platform, Annotations = null };
    }

    private static Descriptor Put(Dictionary<string, byte[]> files, byte[] bytes, string mediaType)
    {
        Digest digest = Digest.Sha256(bytes);
        files[$"blobs/sha256/{digest.Hex}"] = bytes;
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }
}
