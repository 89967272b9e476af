using System.Globalization;

namespace Inro.Engine;

/// <summary>Durations in Go's notation: <c>1h30m</c>, <c>1.5s</c>, <c>300ms</c>, <c>-2m</c>.</summary>
public static class GoDuration
{
    /// <summary>Reads a duration; its resolution is 100 ns, finer digits are cut.</summary>
    /// <exception cref="FormatException">Not a duration, or longer than 292 years.</exception>
    public static TimeSpan Parse(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan();
        bool isNegative = rest.StartsWith("-");
        if (isNegative || rest.StartsWith("+")) { rest = rest[1..]; }

        if (rest is "0") { return TimeSpan.Zero; }

        if (rest.IsEmpty) { throw Invalid(text); }

        decimal nanoseconds = 0;
        while (!rest.IsEmpty) { nanoseconds += ReadPart(ref rest, text); }

        if (nanoseconds > long.MaxValue) { throw Invalid(text); }

        var span = TimeSpan.FromTicks((long)(nanoseconds / NanosecondsPerTick));
        return isNegative ? -span : span;
    }

    private static decimal ReadPart(ref ReadOnlySpan<char> rest, string text)
    {
        int digits = Length(rest, static c => char.IsAsciiDigit(c) || c == '.');
        int unit = Length(rest[digits..], static c => !char.IsAsciiDigit(c) && c != '.');
        bool isNumber = digits < MaxDigits
            & decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value);
        if (!isNumber) { throw Invalid(text); }

        if (unit == 0) { throw new FormatException($"time: missing unit in duration \"{text}\""); }

        decimal nanoseconds = rest.Slice(digits, unit) switch
        {
            "ns" => 1,
            "us" or "µs" or "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => throw new FormatException($"time: unknown unit \"{rest.Slice(digits, unit)}\" in duration \"{text}\""),
        };
        rest = rest[(digits + unit)..];
        return value * nanoseconds;
    }

    private static int Length(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        int length = 0;
        while (length < text.Length && belongs(text[length])) { length++; }

        return length;
    }

    private static FormatException Invalid(string text) => new($"time: invalid duration \"{text}\"");

    private const int NanosecondsPerTick = 100;

    private const int MaxDigits = 16; // keeps the decimal product far from overflow
}
