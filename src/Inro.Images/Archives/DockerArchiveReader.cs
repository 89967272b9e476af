using Inro.Images.Bytes;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Archives;

/// <summary>Finds the images of a <c>docker save</c> archive: manifest.json, configs and layers by their paths.</summary>
/// <param name="files">The archive.</param>
/// <param name="platform">What the images must be for; null: whatever they are.</param>
internal sealed class DockerArchiveReader(ArchiveFiles files, Platform? platform)
{
    public IReadOnlyList<PlannedImage> Read() =>
        [.. OciDocument.ReadArchiveManifest(files.Read("manifest.json", OciDocument.MaxArchiveManifestBytes)).Select(Plan)];

    private PlannedImage Plan(DockerArchiveEntry entry)
    {
        byte[] configBytes = files.Read(entry.Config, OciDocument.MaxConfigBytes);
        Digest digest = Digest.Sha256(configBytes);
        CheckName(entry.Config, digest);
        ImageConfig config = OciDocument.ReadConfig(configBytes);
        ImagePlatform.Check(config.Platform, platform, entry.RepoTags is [var first, ..] ? first : digest.ToString());
        IReadOnlyList<Digest> diffIds = config.RootFileSystem.DiffIds;
        if (diffIds.Count != entry.Layers.Count) { throw new ImageException($"'{entry.Config}' names {diffIds.Count} layers and manifest.json {entry.Layers.Count}"); }

        IReadOnlyList<Digest> chain = ChainId.All(diffIds);
        return new PlannedImage
        {
            References = [.. (entry.RepoTags ?? []).Select(ImageReference.Parse)],
            ConfigBytes = configBytes,
            ConfigDigest = digest,
            Config = config,
            Layers = [.. entry.Layers.Select((path, i) => new PlannedLayer { ChainId = chain[i], Parent = i == 0 ? null : chain[i - 1], DiffId = diffIds[i], FindOrigin = () => files.FindLayer(path) })],
        };
    }

    /// <summary>A config's path is its digest: <c>hex.json</c>, or <c>blobs/sha256/hex</c>.</summary>
    private static void CheckName(string path, Digest actual)
    {
        string name = path[(path.LastIndexOf('/') + 1)..].Replace(".json", "", StringComparison.Ordinal);
        if (Digest.TryParse("sha256:" + name, out Digest named) && named != actual) { throw new BlobMismatchException($"config '{path}': its digest is {actual}"); }
    }
}
