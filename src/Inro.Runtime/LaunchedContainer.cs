using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime;

/// <summary>A process that was launched: a container's first one, or an exec's. A child of the caller.</summary>
public sealed class LaunchedContainer : IDisposable
{
    /// <summary>Its pid, as the caller counts.</summary>
    public required int Pid { get; init; }

    /// <summary>The process itself; <see cref="PidFd.Reap"/> takes its status.</summary>
    public required PidFd Process { get; init; }

    /// <summary>Clock ticks after boot, which tell it from a later process of the same pid.</summary>
    public required ulong StartTime { get; init; }

    /// <summary>The boot in which it lives.</summary>
    public required string BootId { get; init; }

    /// <summary>Master of its terminal, if it has one and no receiver took it.</summary>
    public SafeFileHandle? Console { get; init; }

    /// <summary>Lets go of the descriptors. The process is not touched.</summary>
    public void Dispose()
    {
        Process.Dispose();
        Console?.Dispose();
    }
}
