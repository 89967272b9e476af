using System.Globalization;
using Inro.Linux.Files;

namespace Inro.Images.Layers.Tar;

/// <summary>Numbers of headers: octal text, GNU's base 256, and PAX's decimal text.</summary>
internal static class TarNumbers
{
    /// <summary>Reads a header field. Spaces before and spaces or zero bytes behind are allowed; an empty field is 0.</summary>
    /// <returns>False where it is no number, or does not fit.</returns>
    public static bool TryField(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if (field.Length > 0 && (field[0] & 0x80) != 0) { return TryBase256(field, out value); }

        int i = 0;
        while (i < field.Length && field[i] is (byte)' ') { i++; }

        for (; i < field.Length && field[i] is >= (byte)'0' and <= (byte)'7'; i++)
        {
            if (value > long.MaxValue >> 3) { return false; }

            value = (value << 3) | (long)(field[i] - '0');
        }

        return i == field.Length || field[i] is 0 or (byte)' ';
    }

    /// <summary>Reads decimal digits that fill the whole text.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads a PAX time: decimal seconds, perhaps negative, perhaps with a fraction of any length.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, out TimeSpec time)
    {
        time = default;
        bool negative = text.Length > 0 && text[0] == (byte)'-';
        if (negative) { text = text[1..]; }

        int dot = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = dot < 0 ? text : text[..dot];
        ReadOnlySpan<byte> fraction = dot < 0 ? default : text[(dot + 1)..];
        if (!TryDecimal(whole, out long seconds) || !TryFraction(fraction, out long nanoseconds)) { return false; }

        if (negative)
        {
            // -1.5 is 0.5 after -2
            seconds = nanoseconds > 0 ? -seconds - 1 : -seconds;
            nanoseconds = nanoseconds > 0 ? 1_000_000_000 - nanoseconds : 0;
        }

        time = new TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds };
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> digits, out long nanoseconds)
    {
        nanoseconds = 0;
        if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) { return false; }

        for (int i = 0; i < 9; i++) { nanoseconds = (nanoseconds * 10) + (i < digits.Length ? digits[i] - '0' : 0); }

        return true;
    }

    // two's complement, big end first; the topmost bit only marks the encoding, the one below it is the sign
    private static bool TryBase256(ReadOnlySpan<byte> field, out long value)
    {
        bool negative = (field[0] & 0x40) != 0;
        value = negative ? -1 : 0;
        for (int i = 0; i < field.Length; i++)
        {
            int b = i == 0 ? (negative ? field[0] | 0x80 : field[0] & 0x7F) : field[i];
            if (value is > long.MaxValue >> 8 or < long.MinValue >> 8) { return false; }

            value = (value << 8) | (uint)b;
        }

        return true;
    }
}
