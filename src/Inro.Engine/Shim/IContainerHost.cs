using Inro.Linux;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>What a shim needs of whoever can start processes in its container. The runtime does; tests use plain processes.</summary>
internal interface IContainerHost : IDisposable
{
    /// <summary>Makes what the container needs whatever is started in it; the first call, before the configuration is written.</summary>
    /// <exception cref="ShimException">It cannot be had; nothing is left.</exception>
    void Prepare();

    /// <summary>Starts the container's first process.</summary>
    /// <param name="stdio">Its streams; null: it has a terminal.</param>
    /// <param name="size">The terminal's size from its first moment.</param>
    /// <param name="isHeld">All of it is made, and the program begins with <see cref="LetGo"/>.</param>
    /// <exception cref="ShimException">Not started; nothing is left, not even what was prepared.</exception>
    HostedProcess Start(HostedStdio? stdio, WindowSize? size, bool isHeld);

    /// <summary>Lets the program of a held container begin, whichever shim has made it; returns when it runs.</summary>
    /// <exception cref="ShimException">It does not begin; its process has ended, or ends.</exception>
    void LetGo();

    /// <summary>Starts another process in the running container.</summary>
    /// <param name="process">The OCI process object as JSON.</param>
    /// <param name="stdio">Its streams; null: it has a terminal.</param>
    /// <param name="size">The terminal's size from its first moment.</param>
    /// <param name="kept">Descriptors that it gets as 3, 4, …; they stay the caller's.</param>
    /// <param name="ct">Gives up and ends what was begun. Called on a thread of its own, while all else goes on.</param>
    HostedProcess Exec(ReadOnlySpan<byte> process, HostedStdio? stdio, WindowSize? size, IReadOnlyList<SafeFileHandle> kept, CancellationToken ct);

    /// <summary>True while all processes of the container stand still.</summary>
    bool IsPaused { get; }

    /// <summary>Does something on the calling thread, which is the caller's alone and ends soon, in the network namespace of a process of the container.</summary>
    /// <exception cref="ShimException">The namespace cannot be joined; then nothing is done, least of all in the host's.</exception>
    T InNetwork<T>(PidFd process, Func<T> work)
    {
        try { NetworkNamespace.Join(process); }
        catch (LinuxException failure) { throw new ShimException(ExitStatuses.RunFailed, $"the container's network cannot be joined: {failure.Message}", inner: failure); }

        return work();
    }

    /// <summary>Ends every process that is left of the container.</summary>
    HostedEnd End();

    /// <summary>Gives back the cgroup, mounts and state of what was ended, or what was prepared and never started.</summary>
    /// <returns>What could not be given back; null: nothing is left.</returns>
    string? GiveBack();
}

/// <summary>How a container was ended.</summary>
/// <param name="OutOfMemory">The kernel killed a process of it for want of memory.</param>
/// <param name="Problem">What could not be ended, and why; null: no process is left.</param>
internal readonly record struct HostedEnd(bool OutOfMemory, string? Problem);

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
