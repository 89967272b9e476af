using System.Security.Cryptography;

namespace Inro.Images.Bytes;

/// <summary>Hashes what is written through it.</summary>
/// <param name="inner">Where it goes; owned by the caller.</param>
/// <param name="hash">Owned by the caller.</param>
internal sealed class HashingStream(Stream inner, IncrementalHash hash) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash.AppendData(buffer);
        inner.Write(buffer);
    }
}
