using System.Buffers.Text;
using System.Text;

namespace Inro.Spec;

/// <summary>Times as text: RFC 3339 in UTC with up to nine digits of a second. Times as numbers: nanoseconds since 1970 in 64 bits.</summary>
/// <remarks>Needs neither a culture nor its tables, which a program that lives for milliseconds would first have to build.</remarks>
public static class Rfc3339
{
    /// <summary>Bytes that a formatted time takes at most.</summary>
    public const int MaxTextBytes = 30;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerTick = 100;
    private const int WholeSecondsBytes = 19; // 2026-01-02T03:04:05

    /// <summary>Writes <c>2026-01-02T03:04:05.000000006Z</c>, always nine digits.</summary>
    /// <returns>Bytes written: <see cref="MaxTextBytes"/>.</returns>
    public static int Format(long nanoseconds, Span<byte> target)
    {
        (long seconds, long fraction) = Math.DivRem(nanoseconds, NanosecondsPerSecond);
        if (fraction < 0) { (seconds, fraction) = (seconds - 1, fraction + NanosecondsPerSecond); }

        DateTime time = DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond);
        Digits(target, 0, 4, time.Year);
        target[4] = (byte)'-';
        Digits(target, 5, 2, time.Month);
        target[7] = (byte)'-';
        Digits(target, 8, 2, time.Day);
        target[10] = (byte)'T';
        Digits(target, 11, 2, time.Hour);
        target[13] = (byte)':';
        Digits(target, 14, 2, time.Minute);
        target[16] = (byte)':';
        Digits(target, 17, 2, time.Second);
        target[19] = (byte)'.';
        Digits(target, 20, 9, fraction);
        target[29] = (byte)'Z';
        return MaxTextBytes;
    }

    /// <summary>The same as a string.</summary>
    public static string Format(long nanoseconds)
    {
        Span<byte> text = stackalloc byte[MaxTextBytes];
        return Encoding.ASCII.GetString(text[..Format(nanoseconds, text)]);
    }

    /// <summary>Without a fraction: <c>2026-01-02T03:04:05Z</c>.</summary>
    public static string FormatSeconds(long nanoseconds) => Format(nanoseconds)[..WholeSecondsBytes] + "Z";

    /// <summary>As Go prints it: without trailing zeros of the fraction. 0 is Go's zero time.</summary>
    public static string FormatShort(long nanoseconds)
    {
        if (nanoseconds == 0) { return "0001-01-01T00:00:00Z"; }

        Span<byte> text = stackalloc byte[MaxTextBytes];
        Format(nanoseconds, text);
        int end = MaxTextBytes - 2;
        while (text[end] == (byte)'0') { end--; }

        if (text[end] != (byte)'.') { end++; }

        text[end] = (byte)'Z';
        return Encoding.ASCII.GetString(text[..(end + 1)]);
    }

    /// <summary>Reads a time in UTC with zero to nine digits after the second.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length <= WholeSecondsBytes || text[^1] != (byte)'Z') { return false; }

        if (!Number(text, 0, 4, out int year) || !Number(text, 5, 2, out int month) || !Number(text, 8, 2, out int day)
            || !Number(text, 11, 2, out int hour) || !Number(text, 14, 2, out int minute) || !Number(text, 17, 2, out int second)) { return false; }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) { return false; }

        if (!Fraction(text[WholeSecondsBytes..^1], out long fraction)) { return false; }

        long ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks;
        nanoseconds = (ticks * NanosecondsPerTick) + fraction;
        return true;
    }

    /// <summary>The same from a string.</summary>
    public static bool TryParse(string? text, out long nanoseconds)
    {
        nanoseconds = 0;
        return text is { Length: > WholeSecondsBytes and <= MaxTextBytes } && TryParse(Encoding.ASCII.GetBytes(text), out nanoseconds);
    }

    /// <summary>A point in time as nanoseconds, to 100 ns.</summary>
    public static long ToNanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick;

    /// <summary>Nanoseconds as a point in time in UTC, to 100 ns.</summary>
    public static DateTimeOffset ToTime(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);

    private static bool Fraction(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length == 0) { return true; }

        if (text[0] != (byte)'.' || text.Length is < 2 or > 10 || !Number(text, 1, text.Length - 1, out int digits)) { return false; }

        nanoseconds = digits;
        for (int digit = text.Length - 1; digit < 9; digit++) { nanoseconds *= 10; }

        return true;
    }

    private static bool Number(ReadOnlySpan<byte> text, int start, int digits, out int value) =>
        Utf8Parser.TryParse(text.Slice(start, digits), out value, out int used) && used == digits && value >= 0;

    private static void Digits(Span<byte> target, int start, int count, long value)
    {
        for (int at = start + count - 1; at >= start; at--)
        {
            target[at] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
