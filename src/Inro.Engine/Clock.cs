using Inro.Spec;

namespace Inro.Engine;

/// <summary>Times as this engine stores them: nanoseconds since 1970 UTC in 64 bits (until the year 2262).</summary>
public static class Clock
{
    /// <summary>Now.</summary>
    public static long NowNanoseconds(this TimeProvider clock) => clock.GetUtcNow().ToNanoseconds();

    /// <summary>A point in time, to 100 ns.</summary>
    public static long ToNanoseconds(this DateTimeOffset time) => Rfc3339.ToNanoseconds(time);
}
