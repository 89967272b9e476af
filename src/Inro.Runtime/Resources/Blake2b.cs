using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inro.Runtime.Resources;

/// <summary>BLAKE2b with 256 bits. See RFC 7693.</summary>
/// <remarks>
/// Names cached filters. The framework's SHA-256 is not used here: its first use loads OpenSSL, which takes longer than the whole start of a container.
/// </remarks>
internal struct Blake2b256
{
    public const int DigestBytes = 32;
    private const int BlockBytes = 128;
    private readonly ulong[] state;
    private readonly byte[] block;
    private int filled;
    private ulong total;

    public Blake2b256()
    {
        state = [.. Initial];
        state[0] ^= 0x0101_0000 ^ DigestBytes; // no key, sequential mode
        block = new byte[BlockBytes];
    }

    private static ReadOnlySpan<ulong> Initial =>
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    // The order of the message's words in each of the twelve rounds.
    private static ReadOnlySpan<byte> Sigma =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
    ];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (filled == BlockBytes) { Compress(block, last: false); }
            if (filled == 0 && bytes.Length > BlockBytes)
            {
                filled = BlockBytes;
                Compress(bytes[..BlockBytes], last: false);
                bytes = bytes[BlockBytes..];
                continue;
            }

            int take = Math.Min(BlockBytes - filled, bytes.Length);
            bytes[..take].CopyTo(block.AsSpan(filled));
            filled += take;
            bytes = bytes[take..];
        }
    }

    public byte[] Finish()
    {
        block.AsSpan(filled).Clear();
        Compress(block, last: true);
        byte[] digest = new byte[DigestBytes];
        for (int i = 0; i < 4; i++) { BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(i * 8), state[i]); }
        return digest;
    }

    private void Compress(ReadOnlySpan<byte> block, bool last)
    {
        total += (ulong)filled;
        filled = 0;
        ReadOnlySpan<ulong> m = MemoryMarshal.Cast<byte, ulong>(block)[..16]; // little-endian, as every machine here
        ulong[] h = state;
        ReadOnlySpan<ulong> iv = Initial;
        ulong v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3], v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
        ulong v8 = iv[0], v9 = iv[1], v10 = iv[2], v11 = iv[3], v12 = iv[4] ^ total, v13 = iv[5], v14 = last ? ~iv[6] : iv[6], v15 = iv[7];
        for (int round = 0; round < 12; round++)
        {
            ReadOnlySpan<byte> s = Sigma.Slice(round * 16, 16);
            Mix(ref v0, ref v4, ref v8, ref v12, m[s[0] & 15], m[s[1] & 15]);
            Mix(ref v1, ref v5, ref v9, ref v13, m[s[2] & 15], m[s[3] & 15]);
            Mix(ref v2, ref v6, ref v10, ref v14, m[s[4] & 15], m[s[5] & 15]);
            Mix(ref v3, ref v7, ref v11, ref v15, m[s[6] & 15], m[s[7] & 15]);
            Mix(ref v0, ref v5, ref v10, ref v15, m[s[8] & 15], m[s[9] & 15]);
            Mix(ref v1, ref v6, ref v11, ref v12, m[s[10] & 15], m[s[11] & 15]);
            Mix(ref v2, ref v7, ref v8, ref v13, m[s[12] & 15], m[s[13] & 15]);
            Mix(ref v3, ref v4, ref v9, ref v14, m[s[14] & 15], m[s[15] & 15]);
        }

        h[0] ^= v0 ^ v8;
        h[1] ^= v1 ^ v9;
        h[2] ^= v2 ^ v10;
        h[3] ^= v3 ^ v11;
        h[4] ^= v4 ^ v12;
        h[5] ^= v5 ^ v13;
        h[6] ^= v6 ^ v14;
        h[7] ^= v7 ^ v15;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong x, ulong y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }
}
