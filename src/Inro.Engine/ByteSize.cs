using System.Globalization;

namespace Inro.Engine;

/// <summary>Sizes as people type them: <c>512m</c>, <c>1.5g</c>, <c>64 KiB</c>. All units are powers of 1,024 where nothing else is said.</summary>
public static class ByteSize
{
    /// <summary>The size in bytes, rounded towards zero.</summary>
    /// <exception cref="FormatException">Not a size, negative, or 8 EiB and more.</exception>
    public static long Parse(string text) => Parse(text, 1024);

    /// <summary>The same with units that are powers of 1,000, whatever their spelling.</summary>
    /// <exception cref="FormatException">Not a size, negative, or too large for 63 bits.</exception>
    public static long ParseDecimal(string text) => Parse(text, 1000);

    private static long Parse(string text, int thousand)
    {
        ReadOnlySpan<char> number = text.AsSpan();
        int digits = 0;
        while (digits < number.Length && (char.IsAsciiDigit(number[digits]) || number[digits] == '.')) { digits++; }

        ReadOnlySpan<char> unit = number[digits..];
        if (!unit.IsEmpty && unit[0] == ' ') { unit = unit[1..]; }

        bool isNumber = decimal.TryParse(number[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value);
        if (!isNumber || Exponent(unit) is not { } exponent) { throw new FormatException($"invalid size: '{text}'"); }

        decimal factor = 1;
        for (int power = 0; power < exponent; power++) { factor *= thousand; }

        return value <= long.MaxValue / factor ? (long)(value * factor) : throw new FormatException($"size out of range: '{text}'");
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

    private static int? Exponent(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty) { return 0; }

        int exponent = "bkmgtp".IndexOf(char.ToLowerInvariant(unit[0]), StringComparison.Ordinal);
        ReadOnlySpan<char> rest = unit[1..];
        bool isPlain = rest.IsEmpty || (exponent > 0 && (rest.Equals("b", StringComparison.OrdinalIgnoreCase) || rest.Equals("ib", StringComparison.OrdinalIgnoreCase)));
        return exponent >= 0 && isPlain ? exponent : null;
    }
}
