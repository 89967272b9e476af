namespace Inro.Engine;

/// <summary>Times as this engine stores them: nanoseconds since 1970 UTC in 64 bits (until the year 2262).</summary>
public static class Clock
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Now.</summary>
    public static long NowNanoseconds(this TimeProvider clock) => clock.GetUtcNow().ToNanoseconds();

    /// <summary>A point in time, to 100 ns.</summary>
    public static long ToNanoseconds(this DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * NanosecondsPerTick;

    /// <summary>RFC 3339 in UTC as Go prints it: nanoseconds without trailing zeros; 0 is Go's zero time.</summary>
    public static string ToRfc3339(long nanoseconds)
    {
        if (nanoseconds == 0) { return "0001-01-01T00:00:00Z"; }

        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);
        string whole = time.ToString("yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        long fraction = nanoseconds % 1_000_000_000;
        return fraction == 0 ? whole + "Z" : $"{whole}.{fraction:D9}".TrimEnd('0') + "Z";
    }
}
