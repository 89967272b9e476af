using System.Text;

namespace Inro.Server.Http;

/// <summary>Decodes the Host header of requests on a unix socket, where some clients send the socket's path.</summary>
/// <remarks>
/// Kestrel answers 400 to a host that no TCP client could mean, before any code of ours runs. On a unix socket the header
/// says nothing, so a value that is not a host's name is read as <c>localhost</c>.
/// </remarks>
internal sealed class HostHeaderEncoding : Encoding
{
    private const string Neutral = "localhost";

    public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => IsHost(bytes.AsSpan(index, count)) ? count : Neutral.Length;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        if (IsHost(bytes.AsSpan(byteIndex, byteCount))) { return Latin1.GetChars(bytes, byteIndex, byteCount, chars, charIndex); }

        Neutral.CopyTo(0, chars, charIndex, Neutral.Length);
        return Neutral.Length;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => Math.Max(byteCount, Neutral.Length);

    private static readonly System.Buffers.SearchValues<byte> NameBytes =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"u8);

    /// <summary>Letters, digits, dots and dashes, with a numeric port or none.</summary>
    private static bool IsHost(ReadOnlySpan<byte> value)
    {
        int colon = value.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? value : value[..colon];
        ReadOnlySpan<byte> port = colon < 0 ? [] : value[(colon + 1)..];
        return !name.IsEmpty
            && !name.ContainsAnyExcept(NameBytes)
            && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
