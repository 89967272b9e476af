using System.Buffers;
using System.Text;

namespace Inro.Engine.Logs;

/// <summary>Text as the inside of a JSON string, escaped as docker's json-file driver and Go's encoder do.</summary>
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

    /// <summary>Names and values as <c>,"attrs":{…}</c>, sorted; empty: there are none.</summary>
    public static byte[] Object(IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0) { return []; }

        var text = new ArrayBufferWriter<byte>();
        text.Write(",\"attrs\":{"u8);
        bool isFirst = true;
        foreach ((string name, string value) in values.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            text.Write(isFirst ? "\""u8 : ",\""u8);
            Write(text, name);
            text.Write("\":\""u8);
            Write(text, value);
            text.Write("\""u8);
            isFirst = false;
        }

        text.Write("}"u8);
        return text.WrittenSpan.ToArray();
    }

    private static void Write(ArrayBufferWriter<byte> text, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        text.Advance(Escape(bytes, text.GetSpan((bytes.Length * HexEscapeBytes) + 1)));
    }

    private static int Put(Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target);
        return bytes.Length;
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
        if (status != OperationStatus.Done)
        {
            at += Put(target[at..], "\\ufffd"u8);
            return 1;
        }

        at += rune.Value switch
        {
            0x2028 => Put(target[at..], "\\u2028"u8),
            0x2029 => Put(target[at..], "\\u2029"u8),
            _ => rune.EncodeToUtf8(target[at..]),
        };
        return consumed;
    }

    private static byte Hex(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private static byte[] PlainBytes()
    {
        var plain = new List<byte>(128);
        for (int value = 0x20; value < 0x7f; value++)
        {
            if (value is not ('"' or '\\' or '<' or '>' or '&')) { plain.Add((byte)value); }
        }

        return [.. plain];
    }
}
