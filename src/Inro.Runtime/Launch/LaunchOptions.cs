using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Launch;

/// <summary>Circumstances of one run of a program.</summary>
public sealed record LaunchOptions
{
    /// <summary>Descriptors 0, 1 and 2 of the process.</summary>
    public LaunchStdio Stdio { get; init; } = LaunchStdio.Own;

    /// <summary>How long the process may be silent, beyond what its spawned programs are given. Then it is ended: ETIMEDOUT.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Ends the launch from another thread while the process is silent, within <see cref="GiveUpInterval"/>: ECANCELED.</summary>
    public CancellationToken GiveUp { get; init; }

    /// <summary>How often a launch that can be given up looks whether it was.</summary>
    public static readonly TimeSpan GiveUpInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>A fault to put in; tests only.</summary>
    public LaunchFault? Fault { get; init; }
}

/// <summary>Descriptors 0, 1 and 2 of a launched process; null passes on this process's own. They stay the caller's.</summary>
public sealed record LaunchStdio(SafeFileHandle? Input, SafeFileHandle? Output, SafeFileHandle? Error)
{
    /// <summary>This process's own.</summary>
    public static LaunchStdio Own => new(null, null, null);
}
