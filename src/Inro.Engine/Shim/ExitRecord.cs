namespace Inro.Engine.Shim;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Exit code, 128 + signal where a signal ended it; null: nobody saw the end.</param>
/// <param name="Signal">The signal that ended it; null: none, or unknown.</param>
/// <param name="OutOfMemory">The kernel killed a process of the container for want of memory.</param>
/// <param name="FinishedAtNanoseconds">When the end was noticed: nanoseconds since 1970.</param>
public sealed record ExitRecord(int? ExitCode, int? Signal, bool OutOfMemory, long FinishedAtNanoseconds)
{
    /// <summary>For an end that nobody saw.</summary>
    public static ExitRecord Unknown(long noticedAtNanoseconds) => new(null, null, false, noticedAtNanoseconds);
}
