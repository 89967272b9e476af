using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>Seconds and nanoseconds since 1970; seconds may be negative. struct timespec of 64-bit architectures.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TimeSpec
{
    /// <summary>Whole seconds, rounded towards the past.</summary>
    public long Seconds;

    /// <summary>0 to 999,999,999.</summary>
    public long Nanoseconds;

    /// <summary>Both as one number of nanoseconds since 1970 (until the year 2262).</summary>
    public readonly long TotalNanoseconds => (Seconds * NanosecondsPerSecond) + Nanoseconds;

    private const long NanosecondsPerSecond = 1_000_000_000;
}
