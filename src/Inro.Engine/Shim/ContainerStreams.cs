using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The FIFOs between a container and its shims.</summary>
/// <remarks>
/// The container holds its output FIFOs open for reading too: when the shim is killed, they still have a reader, so output waits
/// (64 KB each, then the container does) instead of ending it with SIGPIPE. Its input FIFO it holds for reading alone, because only
/// then does it see the end of input; so input ends when the shim is killed.
/// </remarks>
internal sealed class ContainerStreams : IDisposable
{
    // 0666: a process of any user may open /dev/stdout again; on the host the directory (0700) keeps others out.
    private const uint Mode = 0x1b6;

    private ContainerStreams(SafeFileHandle? stdin, SafeFileHandle stdout, SafeFileHandle stderr)
    {
        Stdin = stdin;
        Stdout = stdout;
        Stderr = stderr;
    }

    /// <summary>Our end of its input; null: no input, or its end has come.</summary>
    public SafeFileHandle? Stdin { get; private set; }

    /// <summary>Our end of its standard output, non-blocking.</summary>
    public SafeFileHandle Stdout { get; }

    /// <summary>Our end of its standard error, non-blocking.</summary>
    public SafeFileHandle Stderr { get; }

    /// <summary>Makes new FIFOs and opens both ends.</summary>
    /// <param name="runDirectory">Where.</param>
    /// <param name="withStdin">Its input stays open; otherwise it is /dev/null.</param>
    /// <param name="ends">The container's ends: to be closed when it was started.</param>
    public static ContainerStreams Create(string runDirectory, bool withStdin, out ContainerEnds ends)
    {
        SafeFileHandle? readStdin = withStdin ? Fresh(runDirectory, "stdin", OpenFlags.Read | OpenFlags.NonBlocking) : null;
        SafeFileHandle? writeStdin = withStdin ? OpenFifo(runDirectory, "stdin", OpenFlags.Write | OpenFlags.NonBlocking) : null;
        SafeFileHandle readStdout = Fresh(runDirectory, "stdout", OpenFlags.Read | OpenFlags.NonBlocking);
        SafeFileHandle readStderr = Fresh(runDirectory, "stderr", OpenFlags.Read | OpenFlags.NonBlocking);
        SafeFileHandle? input = readStdin is null ? null : OpenEnd(runDirectory, "stdin", OpenFlags.Read); // blocking, as programs expect
        readStdin?.Dispose();
        ends = new ContainerEnds(input, OpenEnd(runDirectory, "stdout", OpenFlags.ReadWrite), OpenEnd(runDirectory, "stderr", OpenFlags.ReadWrite));
        return new ContainerStreams(writeStdin, readStdout, readStderr);
    }

    /// <summary>Opens our ends of the FIFOs that an earlier shim made; null: they are gone.</summary>
    public static ContainerStreams? Adopt(string runDirectory)
    {
        SafeFileHandle? stdout = Descriptor.OpenIfThere(runDirectory + "/stdout", OpenFlags.Read | OpenFlags.NonBlocking);
        SafeFileHandle? stderr = Descriptor.OpenIfThere(runDirectory + "/stderr", OpenFlags.Read | OpenFlags.NonBlocking);
        if (stdout is not null && stderr is not null) { return new ContainerStreams(null, stdout, stderr); }

        stdout?.Dispose();
        stderr?.Dispose();
        return null;
    }

    /// <summary>Removes the names; what is open stays.</summary>
    public static void Unlink(string runDirectory)
    {
        foreach (string name in (ReadOnlySpan<string>)["stdin", "stdout", "stderr"]) { Descriptor.Unlink(runDirectory + "/" + name); }
    }

    /// <summary>Lets go of the input: with the clients' ends closed too, the container reads its end.</summary>
    public void CloseStdin()
    {
        Stdin?.Dispose();
        Stdin = null;
    }

    /// <summary>Closes the input; the outputs belong to their pumps.</summary>
    public void Dispose() => CloseStdin();

    private static SafeFileHandle Fresh(string runDirectory, string name, OpenFlags flags)
    {
        Descriptor.Unlink(runDirectory + "/" + name);
        Descriptor.MakeFifo(runDirectory + "/" + name, Mode);
        return OpenFifo(runDirectory, name, flags);
    }

    // The flags stay with the descriptor, and criu opens it again by them through /proc/self/fd, which is a link. The name was made just now.
    private static SafeFileHandle OpenEnd(string runDirectory, string name, OpenFlags flags) => Descriptor.Open(runDirectory + "/" + name, flags);

    private static SafeFileHandle OpenFifo(string runDirectory, string name, OpenFlags flags) =>
        Descriptor.Open(runDirectory + "/" + name, flags | OpenFlags.NoFollow);
}

/// <summary>The container's ends of its FIFOs.</summary>
internal sealed record ContainerEnds(SafeFileHandle? Stdin, SafeFileHandle Stdout, SafeFileHandle Stderr) : IDisposable
{
    /// <summary>As what a process is started with.</summary>
    public HostedStdio Stdio => new(Stdin, Stdout, Stderr);

    /// <inheritdoc/>
    public void Dispose()
    {
        Stdin?.Dispose();
        Stdout.Dispose();
        Stderr.Dispose();
    }
}
