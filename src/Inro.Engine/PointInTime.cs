using System.Globalization;

namespace Inro.Engine;

/// <summary>Points in time as <c>--since</c> and <c>--until</c> take them.</summary>
public static class PointInTime
{
    private const long NanosecondsPerTick = 100;
    private const decimal NanosecondsPerSecond = 1_000_000_000m;

    /// <summary>Nanoseconds since 1970 of a date, a date and time, seconds since 1970, or a duration before now.</summary>
    /// <exception cref="FormatException">None of these.</exception>
    public static long Nanoseconds(string text, long now)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) && seconds < long.MaxValue / NanosecondsPerSecond)
        {
            return (long)(seconds * NanosecondsPerSecond);
        }

        string[] formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];
        if (DateTimeOffset.TryParseExact(WithoutExcessDigits(text), formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time))
        {
            return (long)Int128.Clamp((Int128)(time - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick, long.MinValue, long.MaxValue); // a number goes from 1677 to 2262
        }

        try
        {
            return now - (GoDuration.Parse(text).Ticks * NanosecondsPerTick);
        }
        catch (FormatException cause)
        {
            throw new FormatException($"'{text}' is neither a time (2026-01-02T15:04:05Z, 2026-01-02), nor seconds since 1970, nor a duration (10m)", cause);
        }
    }

    /// <summary>RFC 3339 allows nine digits of a second, the framework reads seven.</summary>
    private static string WithoutExcessDigits(string text)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) { return text; }

        int end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) { end++; }

        return end - dot - 1 > 7 ? text[..(dot + 8)] + text[end..] : text;
    }
}
