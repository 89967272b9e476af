using Inro.Linux.Terminals;

namespace Inro.Engine.Shim;

/// <summary>One connection to a container's shim. Not thread-safe: one caller, blocking calls.</summary>
/// <remarks>
/// A connection is about one process: the container's first one, or, after <see cref="Exec"/>, that exec.
/// Every call throws <see cref="ShimException"/> when the shim refuses or is gone.
/// </remarks>
public sealed class ShimClient : IDisposable
{
    /// <summary>What the shim said of the container when it started it, or when this client connected.</summary>
    public StartedRecord? Started { get; private set; }

    /// <summary>Streams of the process, after an attach.</summary>
    public ShimStreams? Streams { get; private set; }

    /// <summary>Starts a shim in a session of its own, which starts the container; returns when the process runs.</summary>
    /// <exception cref="ShimException">Not started; nothing is left.</exception>
    public static ShimClient Start(ShimStartOptions options) => throw new NotSupportedException(options.ContainerDirectory);

    /// <summary>Starts a shim for a container whose shim was killed; returns when it watches or has written what it found.</summary>
    public static ShimClient Adopt(ShimStartOptions options) => throw new NotSupportedException(options.ContainerDirectory);

    /// <summary>Connects to the shim of a container; null: none listens (it never ran, has ended, or its shim was killed).</summary>
    public static ShimClient? TryConnect(string runDirectory) => throw new NotSupportedException(runDirectory);

    /// <summary>Joins the container's streams; output from now on.</summary>
    public ShimStreams Attach(AttachRequest request) => throw new NotSupportedException(request.ToString());

    /// <summary>Starts a process in the container; from now on this connection is about that process.</summary>
    /// <returns>Its pid as the host numbers it.</returns>
    public int Exec(ShimExecRequest request) => throw new NotSupportedException(request.ToString());

    /// <summary>Sets the size of the process's terminal.</summary>
    public void Resize(WindowSize size) => throw new NotSupportedException(size.ToString());

    /// <summary>Sends a signal to the process, through its pidfd.</summary>
    public void Signal(int signal) => throw new NotSupportedException(signal.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Ends the process's input: it reads end of file after what was written.</summary>
    public void CloseStdin() => throw new NotSupportedException();

    /// <summary>Leaves the streams; the process goes on.</summary>
    public void Detach() => throw new NotSupportedException();

    /// <summary>Waits for the end of the process; null: the time ran out first.</summary>
    /// <param name="timeout">Longest wait; null: for ever.</param>
    /// <exception cref="ShimException">The shim was lost; how the process ends is not known here.</exception>
    public ExitRecord? WaitForExit(TimeSpan? timeout) => throw new NotSupportedException(timeout?.ToString());

    /// <summary>Ids of the execs that run.</summary>
    public IReadOnlyList<string> ListExecs() => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => Streams?.Dispose();
}
