using System.Globalization;
using Inro.Linux;

namespace Inro.Runtime.Launch;

/// <summary>A launch failed; whatever it had started was ended and undone before this was thrown.</summary>
/// <remarks>The message reads <c>mount /proc on rootfs/proc: EPERM (step 14 of 61)</c>.</remarks>
public sealed class LaunchException : IOException
{
    internal LaunchException(LaunchFailure failure, Exception? cause = null)
        : base(failure.Describe(), cause) => Failure = failure;

    /// <summary>The failure in its parts.</summary>
    public LaunchFailure Failure { get; }

    /// <summary>What the kernel said; <see cref="Errno.None"/> if no system call failed (a hook's exit status, a killed process).</summary>
    public Errno Errno => Failure.Errno;

    /// <summary>The operation that failed; null if the process ended where nobody saw it.</summary>
    public LaunchOperation? Operation => Failure.Operation;

    /// <summary>What a person can do about it, or null.</summary>
    public string? Remedy => Failure.Remedy;
}

/// <summary>Where a launch failed and with what.</summary>
public sealed record LaunchFailure
{
    /// <summary>The operation that failed; null if the process ended where nobody saw it.</summary>
    public LaunchOperation? Operation { get; init; }

    /// <summary>Operations of the program.</summary>
    public required int Total { get; init; }

    /// <summary>What the kernel said, if a system call failed.</summary>
    public Errno Errno { get; init; }

    /// <summary>What happened, where it was not a system call: <c>exit status 3</c>, <c>killed by signal 9</c>, <c>timed out</c>.</summary>
    public string? Detail { get; init; }

    /// <summary>What a person can do about it, or null.</summary>
    public string? Remedy => Operation?.Step?.Remedy(Operation, Errno);

    /// <summary>What could not be taken back, each with its reason; empty if nothing is left.</summary>
    public IReadOnlyList<string> NotUndone { get; init; } = [];

    internal string Describe()
    {
        string what = Operation?.Title ?? "launch";
        string why = Detail ?? Errno.ToString();
        return Operation is null
            ? $"{what}: {why} ({Total.ToString(CultureInfo.InvariantCulture)} steps)"
            : string.Create(CultureInfo.InvariantCulture, $"{what}: {why} (step {Operation.Number} of {Total})");
    }
}
