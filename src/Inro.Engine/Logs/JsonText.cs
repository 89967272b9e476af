using System.Buffers;
using System.Text;

namespace Inro.Engine.Logs;

/// <summary>Text as the inside of a JSON string.</summary>
internal static class JsonText
{
    private const int HexEscapeBytes = 6;

    private static readonly SearchValues<byte> Plain = SearchValues.Create(PlainBytes());

    /// <summary>Writes the bytes escaped; what is not UTF-8 becomes U+FFFD.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="target">At least six times as long.</param>
    /// <returns>Bytes written.</returns>
    public static int Escape(ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        int at = 0;
        while (bytes.Length > 0)
        {
            int plain = bytes.IndexOfAnyExcept(Plain);
            if (plain < 0) { plain = bytes.Length; }

            bytes[..plain].CopyTo(target[at..]);
            at += plain;
            bytes = bytes[plain..];
            if (bytes.Length > 0) { bytes = bytes[EscapeOne(bytes, target, ref at)..]; }
        }

        return at;
    }

    private static int EscapeOne(ReadOnlySpan<byte> bytes, Span<byte> target, ref int at)
    {
        byte first = bytes[0];
        if (first >= 0x80) { return CopyRune(bytes, target, ref at); }

        char letter = first switch
        {
            (byte)'"' => '"',
            (byte)'\\' => '\\',
            (byte)'\n' => 'n',
            (byte)'\r' => 'r',
            (byte)'\t' => 't',
            _ => '\0',
        };
        if (letter == '\0')
        {
            "\\u00"u8.CopyTo(target[at..]);
            target[at + 4] = Hex(first >> 4);
            target[at + 5] = Hex(first & 0xf);
            at += HexEscapeBytes;
        }
        else
        {
            target[at++] = (byte)'\\';
            target[at++] = (byte)letter;
        }

        return 1;
    }

    private static int CopyRune(ReadOnlySpan<byte> bytes, Span<byte> target, ref int at)
    {
        OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed);
        at += (status == OperationStatus.Done ? rune : Rune.ReplacementChar).EncodeToUtf8(target[at..]);
        return consumed;
    }

    private static byte Hex(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private static byte[] PlainBytes()
    {
        var plain = new List<byte>(128);
        for (int value = 0x20; value < 0x7f; value++)
        {
            if (value is not ('"' or '\\')) { plain.Add((byte)value); }
        }

        return [.. plain];
    }
}
