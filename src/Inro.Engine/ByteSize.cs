using System.Globalization;

namespace Inro.Engine;

/// <summary>Sizes as people type them: <c>512m</c>, <c>1.5g</c>, <c>64 KiB</c>. All units are powers of 1,024.</summary>
public static class ByteSize
{
    /// <summary>The size in bytes, rounded towards zero.</summary>
    /// <exception cref="FormatException">Not a size, negative, or 8 EiB and more.</exception>
    public static long Parse(string text)
    {
        ReadOnlySpan<char> number = text.AsSpan();
        int digits = 0;
        while (digits < number.Length && (char.IsAsciiDigit(number[digits]) || number[digits] == '.')) { digits++; }

        ReadOnlySpan<char> unit = number[digits..];
        if (!unit.IsEmpty && unit[0] == ' ') { unit = unit[1..]; }

        bool isNumber = decimal.TryParse(number[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value);
        if (!isNumber || Shift(unit) is not { } shift) { throw new FormatException($"invalid size: '{text}'"); }

        decimal limit = (decimal)long.MaxValue / (1L << shift);
        return value <= limit ? (long)(value * (1L << shift)) : throw new FormatException($"size out of range: '{text}'");
    }

    /// <summary>A size in decimal units with three significant digits: <c>7.83MB</c>.</summary>
    public static string Text(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
        double value = bytes;
        int unit = 0;
        for (; value >= 1000 && unit < units.Length - 1; unit++) { value /= 1000; }

        return value.ToString("G3", CultureInfo.InvariantCulture).Replace("E+0", "e+0", StringComparison.Ordinal) + units[unit];
    }

    private static int? Shift(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty) { return 0; }

        int shift = "bkmgtp".IndexOf(char.ToLowerInvariant(unit[0]), StringComparison.Ordinal) * 10;
        ReadOnlySpan<char> rest = unit[1..];
        bool isPlain = rest.IsEmpty || (shift > 0 && (rest.Equals("b", StringComparison.OrdinalIgnoreCase) || rest.Equals("ib", StringComparison.OrdinalIgnoreCase)));
        return shift >= 0 && isPlain ? shift : null;
    }
}
