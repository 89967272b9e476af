using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>What a shim needs of whoever can start processes in its container. The runtime does; tests use plain processes.</summary>
internal interface IContainerHost : IDisposable
{
    /// <summary>Starts the container's first process.</summary>
    /// <param name="stdio">Its streams; null: it has a terminal.</param>
    /// <param name="size">The terminal's size from its first moment.</param>
    /// <exception cref="ShimException">Not started; nothing is left.</exception>
    HostedProcess Start(HostedStdio? stdio, WindowSize? size);

    /// <summary>Starts another process in the running container.</summary>
    /// <param name="process">The OCI process object as JSON.</param>
    /// <param name="stdio">Its streams; null: it has a terminal.</param>
    /// <param name="size">The terminal's size from its first moment.</param>
    /// <param name="ct">Gives up and ends what was begun. Called on a thread of its own, while all else goes on.</param>
    HostedProcess Exec(ReadOnlySpan<byte> process, HostedStdio? stdio, WindowSize? size, CancellationToken ct);

    /// <summary>The kernel killed a process of the container for want of memory. Asked before <see cref="GiveBack"/>.</summary>
    bool WasOutOfMemory();

    /// <summary>Ends what is left of the container and gives back its cgroup, mounts and state.</summary>
    /// <returns>What could not be given back; null: nothing is left.</returns>
    string? GiveBack();
}

/// <summary>A started process. The owner disposes it.</summary>
/// <param name="Pid">As this host numbers it.</param>
/// <param name="Process">The process itself.</param>
/// <param name="StartTime">Clock ticks since boot.</param>
/// <param name="Console">Master of its terminal; null: it has none.</param>
internal sealed record HostedProcess(int Pid, PidFd Process, ulong StartTime, SafeFileHandle? Console) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Process.Dispose();
        Console?.Dispose();
    }
}

/// <summary>Descriptors that become 0, 1 and 2 of a process; they stay the caller's. Null: /dev/null.</summary>
internal sealed record HostedStdio(SafeFileHandle? Stdin, SafeFileHandle? Stdout, SafeFileHandle? Stderr);
