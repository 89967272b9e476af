using Inro.Engine.Events;
using Inro.Engine.Metadata;
using Inro.Images;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <summary>Images of this instance: loaded, listed, resolved, looked at, removed.</summary>
/// <remarks>Parts: <c>ImageService.Find.cs</c>.</remarks>
public sealed partial class ImageService
{
    /// <summary>Largest config of an image that is read, in bytes.</summary>
    public const int MaxConfigBytes = 8 << 20;

    private readonly InstancePaths paths;
    private readonly ImageTable table;

    /// <summary>Images of the instance whose database is <paramref name="store"/>.</summary>
    public ImageService(InstancePaths paths, MetadataStore store)
        : this(paths, store, TimeProvider.System)
    {
    }

    internal ImageService(InstancePaths paths, MetadataStore store, TimeProvider clock)
    {
        this.paths = paths;
        table = new ImageTable(store, new EventLog(store, paths.EventBell), clock) { Index = new StoreIndex(paths.Root) };
    }

    /// <summary>What the image store keeps in the database.</summary>
    public IImageMetadata Metadata => table;

    /// <summary>What a container of the image does unless told otherwise. Read by hand: it is part of every start.</summary>
    public ContainerDefaults ReadDefaults(ImageSummary image) => ImageDefaultsReader.Read(ReadConfig(image), image.Id);

    /// <summary>The same, and what the image is for; null where it does not say.</summary>
    public ContainerDefaults ReadDefaults(ImageSummary image, out Platform? platform) => ImageDefaultsReader.Read(ReadConfig(image), image.Id, out platform);

    /// <summary>The image's config as stored.</summary>
    /// <exception cref="EngineException">DataLoss: it is gone, or too large.</exception>
    public byte[] ReadConfig(ImageSummary image) => ReadBlob(Digest.Parse(image.Id));

    /// <summary>Snapshots of an image's layers, the topmost first.</summary>
    public IReadOnlyList<long> LayersOf(ImageSummary image) => image.ChainId.Length == 0 ? [] : table.FindChain(Digest.Parse(image.ChainId)) ?? [];

    /// <summary>The whole config of an image.</summary>
    public ImageConfig Inspect(ImageSummary image)
    {
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize(ReadConfig(image), OciJson.Default.ImageConfig)
                ?? throw Damaged(Digest.Parse(image.Id), "it is empty");
        }
        catch (System.Text.Json.JsonException malformed)
        {
            throw Damaged(Digest.Parse(image.Id), malformed.Message, malformed);
        }
    }

    private byte[] ReadBlob(Digest digest)
    {
        string path = $"{paths.Blobs}/{digest.Algorithm}/{digest.Hex}";
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            if (length > MaxConfigBytes) { throw Damaged(digest, $"it has {length} bytes, more than {MaxConfigBytes}"); }

            byte[] bytes = new byte[length];
            int read = RandomAccess.Read(file, bytes, 0);
            return read == bytes.Length ? bytes : throw Damaged(digest, "it is shorter than the file system says");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Damaged(digest, "the file is missing", missing);
        }
    }

    private static EngineException Damaged(Digest digest, string why, Exception? cause = null) => new(
        ErrorCode.DataLoss,
        $"blob {digest} of an image cannot be read: {why}",
        "load the image again",
        cause);
}
