using Inro.Images.Archives;
using Inro.Images.Bytes;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>An image of an OCI layout, in a directory or in an archive.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-layout.md.</remarks>
internal sealed class LayoutCopySource : CopySource
{
    private readonly ArchiveFiles files;
    private readonly ImageIndex index;

    /// <param name="files">Closed with this object.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="image">Its tag or reference in the layout; null for the only one.</param>
    public LayoutCopySource(ArchiveFiles files, string name, string? image)
    {
        this.files = files;
        Name = name;
        OciDocument.CheckLayout(files.Read("oci-layout", OciDocument.MaxManifestBytes));
        index = OciDocument.ReadIndex(files.Read("index.json", OciDocument.MaxManifestBytes));
        Target = Find(image);
    }

    public override string Name { get; }

    internal override RegistryDocument Target { get; }

    internal override byte[] Read(Descriptor descriptor, int maxBytes)
    {
        if (descriptor.Digest == Target.Descriptor.Digest) { return Target.Bytes; }

        byte[] bytes = files.Read(PathOf(descriptor.Digest), maxBytes);
        using var verifying = new VerifyingStream(new MemoryStream(bytes, writable: false), descriptor.Digest, descriptor.Size);
        verifying.Finish();
        return bytes;
    }

    internal override LayerOrigin FindLayer(Descriptor descriptor) => files.FindLayer(PathOf(descriptor.Digest));

    /// <summary>A layout lists everything in its index: what refers to something says so itself.</summary>
    internal override IReadOnlyList<Descriptor> Referrers(Digest subject)
    {
        List<Descriptor> found = [];
        foreach (Descriptor entry in index.Manifests.DistinctBy(static m => m.Digest))
        {
            if (entry.Digest != subject && OciDocument.SubjectOf(Read(entry, OciDocument.MaxManifestBytes)) == subject) { found.Add(entry with { Annotations = null }); }
        }

        return found;
    }

    private protected override void Close() => files.Dispose();

    private RegistryDocument Find(string? image)
    {
        Descriptor[] found = image is null ? Only() : [.. index.Manifests.Where(m => LayoutNames.Is(m, image))];
        if (found.Length == 0)
        {
            string names = string.Join(", ", index.Manifests.SelectMany(LayoutNames.Of).Distinct(StringComparer.Ordinal).Take(20));
            throw new ImageException(
                image is not null ? $"{Name}: no image of that name is in index.json" : index.Manifests.Count == 0 ? $"{Name} holds no image" : $"{Name} holds {index.Manifests.Count} images",
                names.Length > 0 ? $"name one of: {LayoutNames.Shown(names)}" : null);
        }

        return found.Length == 1 ? Load(found[0]) : Together(found);
    }

    /// <summary>The one image: the one that has a name, or the only entry.</summary>
    private Descriptor[] Only()
    {
        Descriptor[] named = [.. index.Manifests.Where(static m => LayoutNames.Of(m).Any())];
        Descriptor[] candidates = [.. (named.Length > 0 ? named : index.Manifests).DistinctBy(static m => m.Digest)];
        return candidates.Length == 1 ? candidates : [];
    }

    private RegistryDocument Load(Descriptor entry)
    {
        byte[] bytes = files.Read(PathOf(entry.Digest), OciDocument.MaxManifestBytes);
        using var verifying = new VerifyingStream(new MemoryStream(bytes, writable: false), entry.Digest, entry.Size);
        verifying.Finish();
        return new RegistryDocument(bytes, new Descriptor { MediaType = OciDocument.MediaTypeOf(bytes) ?? entry.MediaType, Digest = entry.Digest, Size = entry.Size });
    }

    /// <summary>Several manifests of one name are that image for several platforms.</summary>
    private static RegistryDocument Together(IReadOnlyList<Descriptor> entries)
    {
        var joined = new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.OciIndex, Manifests = [.. entries.Select(static e => e with { Annotations = null })] };
        byte[] bytes = OciDocument.Write(joined);
        return new RegistryDocument(bytes, new Descriptor { MediaType = MediaTypes.OciIndex, Digest = Digest.Sha256(bytes), Size = bytes.Length });
    }

    private static string PathOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";
}
