using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Inro.Engine.Logs;

/// <summary>One entry in the journal's native protocol: fields as lines, one with a newline in its value by its length.</summary>
/// <remarks>Source: systemd, "Native Journal Protocol".</remarks>
internal static class JournalEntry
{
    /// <summary>Writes <c>NAME=value</c> and a newline, or name, newline, length (8, little-endian), value and a newline.</summary>
    public static void Field(IBufferWriter<byte> target, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        target.Write(name);
        if (value.Contains((byte)'\n'))
        {
            Span<byte> length = stackalloc byte[9];
            length[0] = (byte)'\n';
            BinaryPrimitives.WriteInt64LittleEndian(length[1..], value.Length);
            target.Write(length);
        }
        else { target.Write("="u8); }

        target.Write(value);
        target.Write("\n"u8);
    }

    /// <summary>The same of text.</summary>
    public static void Field(IBufferWriter<byte> target, string name, string value) => Field(target, Encoding.ASCII.GetBytes(name), Encoding.UTF8.GetBytes(value));

    /// <summary>A label's or variable's name as the journal takes it, as docker makes it: capitals, digits and underscores, no underscore first; empty: nothing is left.</summary>
    public static string NameOf(string text)
    {
        StringBuilder name = new(text.Length);
        foreach (char letter in text)
        {
            char next = char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_';
            if (next != '_' || name.Length > 0) { name.Append(next); }
        }

        return name.ToString();
    }
}
