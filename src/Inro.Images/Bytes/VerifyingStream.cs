using System.Security.Cryptography;
using Inro.Spec;

namespace Inro.Images.Bytes;

/// <summary>Reads a blob and fails at its end, never silently, where length or digest are not the descriptor's.</summary>
/// <remarks>A reader that stops before the end calls <see cref="Finish"/>: only then are the bytes that it has used known to be right.</remarks>
public sealed class VerifyingStream : ReadOnlyStream
{
    private readonly Stream inner;
    private readonly Digest expected;
    private readonly long size;
    private readonly IncrementalHash hash;
    private long position;
    private bool compared;

    /// <summary>Wraps a stream, which is closed with this one.</summary>
    /// <param name="inner">The bytes.</param>
    /// <param name="expected">What their digest must be.</param>
    /// <param name="size">What their number must be.</param>
    public VerifyingStream(Stream inner, Digest expected, long size)
    {
        this.inner = inner;
        this.expected = expected;
        this.size = size;
        hash = Hashes.Create(expected.Algorithm);
    }

    /// <inheritdoc/>
    public override long Length => size;

    /// <inheritdoc/>
    public override long Position { get => position; set => throw new NotSupportedException(); }

    /// <summary>Reads what is left and compares.</summary>
    /// <exception cref="BlobMismatchException">The bytes are others.</exception>
    public void Finish()
    {
        byte[] rest = new byte[64 << 10];
        while (Read(rest) > 0)
        {
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        hash.AppendData(buffer[..count]);
        position += count;
        if (position > size) { throw new BlobMismatchException($"blob {expected}: longer than the {size} bytes of its descriptor"); }

        if (count == 0 && buffer.Length > 0 && !compared) { Compare(); }

        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Compare()
    {
        compared = true;
        if (position != size) { throw new BlobMismatchException($"blob {expected}: ends after {position} of {size} bytes"); }

        Digest actual = Digest.FromHash(expected.Algorithm, hash.GetHashAndReset());
        if (actual != expected) { throw new BlobMismatchException($"blob {expected}: its digest is {actual}"); }
    }
}
