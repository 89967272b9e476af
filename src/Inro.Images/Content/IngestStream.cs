using Inro.Images.Bytes;

namespace Inro.Images.Content;

/// <summary>Writes into an ingest what a compression gives.</summary>
/// <param name="ingest">Owned by the caller.</param>
internal sealed class IngestStream(BlobIngest ingest) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer) => ingest.Write(buffer);
}
