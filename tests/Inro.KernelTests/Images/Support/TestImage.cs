using System.IO.Compression;
using System.Text.Json;
using Inro.KernelTests.Harness;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.KernelTests.Images.Support;

/// <summary>How a test layer is compressed.</summary>
public enum LayerPacking
{
    Gzip,
    Zstd,
    None,
}

/// <summary>An image made in memory: layers as plain tars, written as an OCI layout or as a docker archive. Same input, same digests.</summary>
public sealed class TestImage
{
    private readonly List<(byte[] Tar, LayerPacking Packing)> layers = [];

    public string Name { get; init; } = "docker.io/library/test:latest";

    public ContainerDefaults Defaults { get; init; } = new() { Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], Cmd = ["/bin/sh"] };

    /// <summary>What its config says that it is for.</summary>
    public string Architecture { get; init; } = Platform.Host.Architecture;

    /// <summary>Whether its config tells a step for each layer.</summary>
    public bool HasHistory { get; init; }

    public TestImage Layer(TarWriter tar, LayerPacking packing = LayerPacking.Gzip) => Layer(tar.ToArray(), packing);

    public TestImage Layer(byte[] tar, LayerPacking packing = LayerPacking.Gzip)
    {
        layers.Add((tar, packing));
        return this;
    }

    public byte[] Config() => JsonSerializer.SerializeToUtf8Bytes(
        new ImageConfig
        {
            Created = "2024-01-02T03:04:05Z",
            Architecture = Architecture,
            OperatingSystem = "linux",
            Config = Defaults,
            History = HasHistory ? [.. layers.Select(static (_, i) => new HistoryEntry { Created = "2024-01-02T03:04:05Z", CreatedBy = $"step {i}" })] : null,
            RootFileSystem = new RootFileSystem { DiffIds = [.. layers.Select(l => Digest.Sha256(l.Tar))] },
        },
        OciJson.Default.ImageConfig);

    /// <summary>The files of an OCI layout by their paths.</summary>
    public Dictionary<string, byte[]> Layout()
    {
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal) { ["oci-layout"] = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray() };
        byte[] config = Config();
        var manifest = new Manifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            Config = Put(files, config, MediaTypes.OciConfig),
            Layers = [.. layers.Select(l => Put(files, Pack(l.Tar, l.Packing), l.Packing switch
            {
                LayerPacking.Gzip => MediaTypes.OciLayerGzip,
                LayerPacking.Zstd => MediaTypes.OciLayerZstd,
                _ => MediaTypes.OciLayerTar,
            }))],
        };
        Descriptor target = Put(files, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.Manifest), MediaTypes.OciManifest);
        var index = new ImageIndex
        {
            SchemaVersion = 2,
            Manifests = [target with { Annotations = new Dictionary<string, string> { [Annotations.RefName] = Name }, Platform = Platform.Host }],
        };
        files["index.json"] = JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.ImageIndex);
        return files;
    }

    /// <summary>The files of a docker archive of the older form.</summary>
    public Dictionary<string, byte[]> DockerArchive()
    {
        byte[] config = Config();
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        string configPath = Digest.Sha256(config).Hex + ".json";
        List<string> paths = [];
        for (int i = 0; i < layers.Count; i++)
        {
            paths.Add($"{i:d64}/layer.tar");
            files[paths[i]] = Pack(layers[i].Tar, layers[i].Packing);
        }

        files[configPath] = config;
        DockerArchiveEntry[] entries = [new DockerArchiveEntry { Config = configPath, RepoTags = [ImageReference.Parse(Name).Familiar], Layers = paths }];
        files["manifest.json"] = JsonSerializer.SerializeToUtf8Bytes(entries, OciJson.Default.DockerArchiveEntryArray);
        return files;
    }

    public void WriteLayout(string path) => File.WriteAllBytes(path, Archive(Layout()));

    public void WriteDockerArchive(string path) => File.WriteAllBytes(path, Archive(DockerArchive()));

    /// <summary>The layout as a directory.</summary>
    public void WriteDirectory(string path)
    {
        foreach ((string name, byte[] bytes) in Layout())
        {
            string file = Path.Combine(path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }
    }

    public static byte[] Archive(Dictionary<string, byte[]> files)
    {
        var tar = new TarWriter();
        foreach ((string name, byte[] bytes) in files) { tar.File(TarWriter.Bytes(name), bytes); }

        return tar.ToArray();
    }

    public static byte[] Pack(byte[] tar, LayerPacking packing)
    {
        if (packing == LayerPacking.None) { return tar; }

        if (packing == LayerPacking.Zstd)
        {
            return Tool.Run("zstd", ["-q", "-3", "-c"], TimeSpan.FromSeconds(60), new ToolOptions { Input = tar }).Ok().OutputBytes;
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) { gzip.Write(tar); }

        return packed.ToArray();
    }

    private static Descriptor Put(Dictionary<string, byte[]> files, byte[] bytes, string mediaType)
    {
        Digest digest = Digest.Sha256(bytes);
        files[$"blobs/sha256/{digest.Hex}"] = bytes;
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }
}
