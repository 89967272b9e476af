using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>Copies an image from one place to another as it is stored: blobs that are not there, side by side, then the documents that name them.</summary>
/// <remarks>Parts: <c>ImageCopier.Blobs.cs</c>. One object copies one image.</remarks>
/// <param name="source">Where it is; owned by the caller.</param>
/// <param name="destination">Where it goes; owned by the caller.</param>
/// <param name="options">How.</param>
/// <param name="progress">Told of layers, from several threads; null: nobody.</param>
/// <param name="scratch">Where layers are kept that are packed in another way; needed for <see cref="CopyOptions.Packing"/>.</param>
public sealed partial class ImageCopier(CopySource source, CopyDestination destination, CopyOptions options, IProgress<TransferProgress>? progress, ContentStore? scratch = null)
{
    /// <summary>Deepest index in an index, and longest row of documents that refer to each other.</summary>
    private const int MaxDepth = 4;

    /// <summary>Most documents of one image.</summary>
    private const int MaxDocuments = 10_000;

    private readonly LayerRepacking? repacking = options.Packing is { } packing && scratch is not null ? new LayerRepacking(source, packing, scratch) : null;
    private readonly HashSet<Digest> documents = [];
    private readonly List<Digest> subjects = [];

    /// <summary>Copies.</summary>
    /// <exception cref="RegistryException">A registry does not give or take it.</exception>
    /// <exception cref="ImageException">It is no image, or damaged, or the destination cannot hold it so.</exception>
    public async Task<CopyResult> CopyAsync(CancellationToken ct)
    {
        try
        {
            RegistryDocument target = Choose();
            Descriptor copied = await CopyDocumentAsync(target, DocumentRole.Target, 0, ct);
            int referrers = options.WithReferrers ? await CopyReferrersAsync(ct) : 0;
            destination.Commit();
            return new CopyResult(copied, referrers);
        }
        catch (Exception damage) when (damage is FormatException or BlobMismatchException or BlobNotFoundException)
        {
            throw new ImageException($"{source.Name}: {damage.Message}", cause: damage);
        }
        finally { repacking?.Dispose(); }
    }

    private DocumentFormat? FormatOf(string mediaType)
    {
        if (options.Format is { } asked) { return DocumentConversion.Is(mediaType, asked) ? null : asked; }

        return destination.WantsOci && !options.KeepsDigests && !DocumentConversion.Is(mediaType, DocumentFormat.Oci) ? DocumentFormat.Oci : null;
    }

    /// <summary>The document to copy: what the source's name stands for, or the choice for one platform.</summary>
    private RegistryDocument Choose()
    {
        RegistryDocument target = source.Target;
        bool isIndex = MediaTypes.IsIndex(target.Descriptor.MediaType);
        if (isIndex && options.Extent != CopyExtent.System)
        {
            return destination.TakesIndexes ? target : throw new ImageException($"{destination.Name} holds images for one platform", "leave --all and --multi-arch out");
        }

        if (!isIndex) { return target; }

        var planner = new ImagePlanner(source, options.Platform);
        Descriptor manifest = planner.FindManifest(target.Descriptor) ?? throw new ImageException(
            $"no image found in the image index of {source.Name} for {options.Platform}",
            planner.Offered.Count > 0 ? $"it is there for: {string.Join(", ", planner.Offered)}; name one with --platform, or copy all with --all" : "copy what it holds with --all");
        return Document(manifest);
    }

    private RegistryDocument Document(Descriptor descriptor)
    {
        byte[] bytes = source.Read(descriptor, OciDocument.MaxManifestBytes);
        return new RegistryDocument(bytes, descriptor with { MediaType = OciDocument.MediaTypeOf(bytes) ?? descriptor.MediaType });
    }

    private async Task<Descriptor> CopyDocumentAsync(RegistryDocument document, DocumentRole role, int depth, CancellationToken ct)
    {
        if (documents.Count >= MaxDocuments) { throw new ImageException($"{source.Name} holds more than {MaxDocuments} documents"); }

        if (!documents.Add(document.Descriptor.Digest) && role != DocumentRole.Target) { return document.Descriptor; }

        string type = document.Descriptor.MediaType;
        RegistryDocument given =
            MediaTypes.IsIndex(type) ? await CopyIndexAsync(document, depth, ct)
            : MediaTypes.IsManifest(type) ? await CopyManifestAsync(document, ct)
            : MediaTypes.IsSchemaOne(type) ? throw new ImageException($"{source.Name}: {document.Descriptor.Digest} is a schema 1 manifest, which is not supported", "make the image again with a current program")
            : throw new ImageException($"{source.Name}: {document.Descriptor.Digest} has the unknown media type '{Shown(type)}'");
        if (given.Descriptor.Digest == document.Descriptor.Digest) { subjects.Add(document.Descriptor.Digest); }

        destination.PutDocument(given, role, ct);
        return given.Descriptor;
    }

    private async Task<RegistryDocument> CopyIndexAsync(RegistryDocument document, int depth, CancellationToken ct)
    {
        if (depth == MaxDepth) { throw new ImageException($"{source.Name}: indexes are nested more than {MaxDepth} deep"); }

        ImageIndex index = OciDocument.ReadIndex(document.Bytes);
        DocumentFormat? format = FormatOf(document.Descriptor.MediaType);
        List<Descriptor> parts = [];
        bool isChanged = format is not null;
        foreach (Descriptor part in index.Manifests)
        {
            Descriptor copied = options.Extent == CopyExtent.IndexOnly ? part : await CopyDocumentAsync(Document(part), DocumentRole.Part, depth + 1, ct);
            isChanged |= copied.Digest != part.Digest;
            parts.Add(copied.Digest == part.Digest ? part : part with { MediaType = copied.MediaType, Digest = copied.Digest, Size = copied.Size });
        }

        return isChanged ? DocumentConversion.Index(index, parts, RequireChange(format ?? options.Format ?? DocumentFormat.Oci)) : document;
    }

    private async Task<RegistryDocument> CopyManifestAsync(RegistryDocument document, CancellationToken ct)
    {
        Manifest manifest = OciDocument.ReadManifest(document.Bytes);
        DocumentFormat? format = FormatOf(document.Descriptor.MediaType);
        if (repacking is not null && await repacking.ApplyAsync(manifest, ct) is { } repacked)
        {
            bool wasOci = DocumentConversion.Is(document.Descriptor.MediaType, DocumentFormat.Oci);
            format = options.Format ?? format;
            format ??= wasOci || options.Packing!.Compression == Compression.Zstd ? DocumentFormat.Oci : DocumentFormat.Docker; // Docker's words have none for zstd
            manifest = repacked;
        }

        RegistryDocument given = format is { } words ? DocumentConversion.Manifest(manifest, RequireChange(words)) : document;
        await CopyBlobsAsync(manifest, ct);
        return given;
    }

    private DocumentFormat RequireChange(DocumentFormat format) => !options.KeepsDigests ? format
        : throw new ImageException("the manifest would have to be rewritten, but its digest is to be kept", "leave --preserve-digests out, or --format and what says how layers are compressed");

    /// <summary>What refers to the copied documents, and what refers to that.</summary>
    private async Task<int> CopyReferrersAsync(CancellationToken ct)
    {
        if (!destination.TakesReferrers) { throw new ImageException($"{destination.Name} has no place for what refers to an image", "leave --referrers out"); }

        if (subjects.Count == 0) { throw new ImageException("what refers to an image names its digest, which changes here", "copy without --format, or without --referrers"); }

        int before = documents.Count;
        for (int from = 0, level = 0; from < subjects.Count && level < MaxDepth; level++)
        {
            int end = subjects.Count;
            for (; from < end; from++)
            {
                foreach (Descriptor referrer in source.Referrers(subjects[from])) { await CopyDocumentAsync(Document(referrer), DocumentRole.Referrer, 0, ct); }
            }
        }

        return documents.Count - before;
    }

    private static string Shown(string text) => string.Concat(text.Take(100).Select(static c => char.IsControl(c) ? '?' : c));
}
