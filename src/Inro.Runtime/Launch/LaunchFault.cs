using System.Globalization;
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

    /// <summary>Reads <c>kill:14</c> or <c>fail:14:EIO</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static LaunchFault Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length >= 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int operation) && operation > 0)
        {
            if (parts is ["kill", _]) { return Kill(operation); }
            if (parts is ["fail", _, var name] && Enum.TryParse(name, out Errno errno) && errno > 0) { return Fail(operation, errno); }
        }

        throw new FormatException($"a fault reads kill:NUMBER or fail:NUMBER:ERRNO, not {text}");
    }

    /// <summary>The operation is not done and counts as failed with <paramref name="errno"/>. Where it tolerates that, the launch goes on without it.</summary>
    public static LaunchFault Fail(int operation, Errno errno) => new(operation, errno, kills: false);

    /// <summary>The walker kills itself in the place of the operation.</summary>
    public static LaunchFault Kill(int operation) => new(operation, Errno.None, kills: true);
}
