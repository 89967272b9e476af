using System.Security.Cryptography;
using System.Text.Json;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.KernelTests.Images.Support;

/// <summary>An OCI layout whose image has one plain layer that is too big for memory.</summary>
public static class TestLayout
{
    /// <summary>Writes the layout.</summary>
    /// <param name="directory">Where; made here.</param>
    /// <param name="tar">The layer's file, on the same file system: it is moved.</param>
    /// <param name="name">By which the layout knows the image.</param>
    /// <returns>The layer's digest, which is its diff id.</returns>
    public static Digest OfTar(string directory, string tar, string name = "image")
    {
        string blobs = Directory.CreateDirectory(Path.Combine(directory, "blobs/sha256")).FullName;
        Digest layer;
        long size;
        using (FileStream file = File.OpenRead(tar))
        {
            size = file.Length;
            layer = Digest.FromHash("sha256", SHA256.HashData(file));
        }

        File.Move(tar, Path.Combine(blobs, layer.Hex));
        var config = new ImageConfig
        {
            Architecture = Platform.Host.Architecture,
            OperatingSystem = "linux",
            Config = new ContainerDefaults { Cmd = ["/bin/sh"] },
            RootFileSystem = new RootFileSystem { DiffIds = [layer] },
        };
        var manifest = new Manifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            Config = Put(blobs, JsonSerializer.SerializeToUtf8Bytes(config, OciJson.Default.ImageConfig), MediaTypes.OciConfig),
            Layers = [new Descriptor { MediaType = MediaTypes.OciLayerTar, Digest = layer, Size = size }],
        };
        Descriptor target = Put(blobs, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.Manifest), MediaTypes.OciManifest);
        var index = new ImageIndex { SchemaVersion = 2, Manifests = [target with { Annotations = new Dictionary<string, string> { [Annotations.RefName] = name }, Platform = Platform.Host }] };
        File.WriteAllBytes(Path.Combine(directory, "index.json"), JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.ImageIndex));
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        return layer;
    }

    private static Descriptor Put(string blobs, byte[] bytes, string mediaType)
    {
        Digest digest = Digest.Sha256(bytes);
        File.WriteAllBytes(Path.Combine(blobs, digest.Hex), bytes);
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }
}
