using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Inro.Images.Layers;

/// <summary>Paths of a layer that may have millions: 128 bits of each are kept, of a digest that nobody can aim at another path's.</summary>
internal sealed class PathSet
{
    private readonly HashSet<UInt128> digests = [];

    /// <summary>False: it was there.</summary>
    public bool Add(ReadOnlySpan<byte> path) => digests.Add(Digest(path));

    /// <summary>Whether it was added.</summary>
    public bool Contains(ReadOnlySpan<byte> path) => digests.Contains(Digest(path));

    private static UInt128 Digest(ReadOnlySpan<byte> path)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(path, digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
