using System.Security.Cryptography;
using Inro.Spec;

namespace Inro.Images.Bytes;

/// <summary>Passes pieces on and hashes them.</summary>
/// <param name="source">Where they come from; owned by the caller.</param>
/// <param name="expected">What the hash must be.</param>
/// <param name="what">Names the bytes in messages: <c>layer sha256:…</c>.</param>
public sealed class DigestingChunks(IChunkSource source, Digest expected, string what) : IChunkSource
{
    private readonly IncrementalHash hash = Hashes.Create(expected.Algorithm);

    /// <summary>Bytes passed so far.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next()
    {
        ReadOnlyMemory<byte> chunk = source.Next();
        hash.AppendData(chunk.Span);
        Length += chunk.Length;
        return chunk;
    }

    /// <summary>Reads what is left and compares.</summary>
    /// <exception cref="BlobMismatchException">The bytes are others.</exception>
    public void Finish()
    {
        while (!Next().IsEmpty)
        {
        }

        Digest actual = Digest.FromHash(expected.Algorithm, hash.GetHashAndReset());
        if (actual != expected) { throw new BlobMismatchException($"{what}: its digest is {actual}, expected {expected}"); }
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}
