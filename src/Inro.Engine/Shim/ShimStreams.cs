using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>A client's ends of a process's streams: plain descriptors, the shim copies only output, and only for containers.</summary>
/// <remarks>
/// Output ends are pipes (blocking unless the owner changes it); end of file means that all output was delivered.
/// A client that does not read holds the process back once about 64 KB wait, as docker and podman do: nothing is dropped;
/// the log has the bytes before the client.
/// </remarks>
public sealed class ShimStreams : IDisposable
{
    /// <summary>Write input here: a FIFO's or terminal's own descriptor, non-blocking; closing it is not the end of input
    /// (<see cref="ShimClient.CloseStdin"/> is). Null: not asked for.</summary>
    public SafeFileHandle? Stdin { get; internal set; }

    /// <summary>Read standard output, or the terminal's output. Null: not asked for.</summary>
    public SafeFileHandle? Stdout { get; internal set; }

    /// <summary>Read standard error. Null: not asked for, or a terminal.</summary>
    public SafeFileHandle? Stderr { get; internal set; }

    /// <summary>Closes what is still open; the process is not told.</summary>
    public void Dispose()
    {
        Stdin?.Dispose();
        Stdout?.Dispose();
        Stderr?.Dispose();
    }
}
