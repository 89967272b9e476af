using Inro.Linux;

namespace Inro.Runtime.Launch;

/// <summary>A fault put into a launch on purpose, so that tests can prove that nothing leaks.</summary>
public sealed record LaunchFault
{
    private LaunchFault(int operation, Errno errno, bool kills)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(operation, 1);
        Operation = operation;
        Errno = errno;
        Kills = kills;
    }

    /// <summary>The operation, from 1.</summary>
    public int Operation { get; }

    /// <summary>What the operation fails with, instead of being done.</summary>
    public Errno Errno { get; }

    /// <summary>True if the walker dies there without a word.</summary>
    public bool Kills { get; }

    /// <summary>The operation is not done and counts as failed with <paramref name="errno"/>, tolerated or not.</summary>
    public static LaunchFault Fail(int operation, Errno errno) => new(operation, errno, kills: false);

    /// <summary>The walker kills itself in the place of the operation.</summary>
    public static LaunchFault Kill(int operation) => new(operation, Errno.None, kills: true);
}
