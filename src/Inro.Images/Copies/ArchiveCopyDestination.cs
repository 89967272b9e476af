using Inro.Images.Archives;
using Inro.Images.Registry;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Copies;

/// <summary>A new archive: an OCI layout in a tar file and, of an image for one platform, a docker archive at once.</summary>
public sealed class ArchiveCopyDestination : CopyDestination
{
    private const uint FileMode = 0x1B6; // 0666, less the umask
    private const int BufferBytes = 1 << 20;

    private readonly DirFd directory;
    private readonly CopyLocation location;
    private readonly string file;
    private readonly string temporary = $".inro-{Guid.NewGuid():N}{AtomicFile.TemporarySuffix}";
    private readonly FileStream output;
    private readonly ImageArchiveWriter writer;
    private bool committed;

    /// <summary>Begins the archive under another name beside the one that it gets.</summary>
    /// <param name="location">As it was typed.</param>
    /// <param name="directory">Where the file is going to be; closed with this object.</param>
    /// <param name="file">Its name there; what has that name is replaced.</param>
    public ArchiveCopyDestination(CopyLocation location, DirFd directory, string file)
    {
        (this.location, this.directory, this.file) = (location, directory, file);
        SafeFileHandle handle = directory.OpenInside(temporary, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, FileMode);
        output = new FileStream(handle, FileAccess.Write, BufferBytes);
        writer = new ImageArchiveWriter(output);
    }

    /// <inheritdoc/>
    public override string Name => location.ToString();

    internal override int BlobsAtOnce => 1;

    internal override bool TakesAgain => false;

    internal override bool WantsOci => true;

    internal override bool TakesIndexes => location.Transport == CopyTransport.LayoutArchive;

    internal override bool TakesReferrers => location.Transport == CopyTransport.LayoutArchive;

    internal override bool Has(Descriptor blob, CancellationToken ct) => writer.Contains(blob.Digest);

    internal override bool Put(CopiedBlob blob, CancellationToken ct)
    {
        using Stream bytes = blob.Open(0);
        writer.AddBlob(blob.Descriptor.Digest, blob.Descriptor.Size, bytes, ct);
        return false;
    }

    internal override void PutDocument(RegistryDocument document, DocumentRole role, CancellationToken ct)
    {
        writer.AddDocument(document.Descriptor.Digest, document.Bytes);
        if (role != DocumentRole.Part) { writer.AddImage(Image(document, role == DocumentRole.Target ? location.Image : null)); }
    }

    internal override void Commit()
    {
        writer.Finish();
        output.Flush();
        FileDescriptor.Flush(output.SafeFileHandle, file);
        directory.Rename(temporary, directory, file);
        committed = true;
        directory.Flush();
    }

    private protected override void Close()
    {
        try { output.Dispose(); }
        finally
        {
            if (!committed) { directory.RemoveFile(temporary); }

            directory.Dispose();
        }
    }

    private static ArchivedImage Image(RegistryDocument document, string? name)
    {
        Descriptor target = document.Descriptor with { Annotations = null, Platform = null };
        // a whole name is docker's to write; a bare tag stays one
        bool isReference = name is not null && name.AsSpan().ContainsAny('/', ':') && ImageReference.TryParse(name, out _, out _);
        if (name is not null && !isReference) { target = target with { Annotations = new Dictionary<string, string> { [Annotations.RefName] = name } }; }

        IReadOnlyList<ImageReference> references = isReference ? [ImageReference.Parse(name!)] : [];
        if (MediaTypes.IsIndex(target.MediaType)) { return new ArchivedImage { Target = target, References = references }; }

        Manifest manifest = OciDocument.ReadManifest(document.Bytes);
        bool isImage = manifest.Config.MediaType is MediaTypes.OciConfig or MediaTypes.DockerConfig && manifest.Subject is null;
        return new ArchivedImage
        {
            Target = target,
            References = references,
            Config = isImage ? manifest.Config.Digest : null,
            Layers = [.. manifest.Layers.Select(static l => l.Digest)],
        };
    }
}
