using System.Text;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Transfers;
using Inro.Spec;

namespace Inro.Images.Archives;

/// <summary>An archive that comes once, from a pipe or through a decompression: its files are written into the store as they pass.</summary>
internal sealed class SpooledArchive : ArchiveFiles
{
    private readonly ArchiveNames names = new();
    private readonly List<BlobIngest> ingests = [];

    /// <summary>Reads the whole archive.</summary>
    public SpooledArchive(IChunkSource chunks, ContentStore store, CancellationToken ct)
    {
        try
        {
            var reader = new TarReader(chunks);
            while (reader.Next() is { } entry) { names.Add(entry, entry.Kind == TarEntryKind.File && entry.Sparse is null ? Spool(entry, reader, store, ct) : null); }

            while (!chunks.Next().IsEmpty) { ct.ThrowIfCancellationRequested(); } // padding: a writer on a pipe wants to finish
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override ArchiveFile? Find(string path) => names.Find(path);

    public override void Dispose()
    {
        foreach (BlobIngest ingest in ingests) { ingest.Dispose(); }
    }

    private ArchiveFile Spool(TarEntry entry, TarReader reader, ContentStore store, CancellationToken ct)
    {
        if (ingests.Count == MaxFiles) { throw new ImageException($"the archive has more than {MaxFiles} files"); }

        string path = Encoding.UTF8.GetString(LayerPath.Clean(entry.Name));
        Digest? named = NamedBy(path);
        BlobIngest ingest = store.BeginIngest(named?.Algorithm ?? "sha256");
        ingests.Add(ingest);
        while (reader.TryReadContent(out _, out ReadOnlySpan<byte> piece))
        {
            ct.ThrowIfCancellationRequested();
            ingest.Write(piece);
        }

        ingest.Complete(named);
        return new ArchiveFile(ingest.Length, file: null, spooled: ingest);
    }

    /// <summary>The digest that a path <c>blobs/algorithm/hex</c> promises.</summary>
    private static Digest? NamedBy(string path) =>
        path.Split('/') is ["blobs", var algorithm, var hex] && Digest.TryParse(algorithm + ":" + hex, out Digest digest) ? digest : null;
}
