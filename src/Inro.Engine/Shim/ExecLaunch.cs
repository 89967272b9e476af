using System.Runtime.ExceptionServices;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The launch of an exec, on a thread of its own: a process that is stopped and a file system that hangs may keep it waiting, the shim goes on.</summary>
internal sealed class ExecLaunch : IPollSource, IDisposable
{
    private const int StackBytes = 512 * 1024;

    private readonly PipeEnds through = Inro.Linux.Descriptors.Descriptor.Pipe();
    private readonly ShimServer server;
    private readonly Thread thread;
    private HostedProcess? started;
    private Exception? failure;

    private ExecLaunch(ShimConnection owner, ShimMessage request, ShimServer server, Func<HostedProcess> launch)
    {
        Owner = owner;
        Request = request;
        this.server = server;
        thread = new Thread(() => Run(launch), StackBytes) { IsBackground = true };
    }

    /// <summary>What was asked.</summary>
    public ShimMessage Request { get; }

    /// <summary>Who asked.</summary>
    public ShimConnection Owner { get; }

    /// <inheritdoc/>
    public int Descriptor => (int)through.Read.DangerousGetHandle();

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <summary>Begins.</summary>
    /// <param name="owner">Who asks; may leave meanwhile.</param>
    /// <param name="request">What is asked; its descriptors are taken.</param>
    /// <param name="server">Is told when it is through.</param>
    /// <param name="launch">Starts the process; runs on the other thread.</param>
    /// <exception cref="ShimException">The definition is missing, or the system gives no thread.</exception>
    public static ExecLaunch Start(ShimConnection owner, ReceivedMessage request, ShimServer server, Func<ExecFiles, ShimMessage, HostedProcess> launch)
    {
        ExecFiles files = ExecFiles.Take(request);
        ExecLaunch? begun = null;
        try
        {
            begun = new ExecLaunch(owner, request.Message, server, () =>
            {
                using (files) { return launch(files, request.Message); }
            });
            begun.thread.Start();
            return begun;
        }
        catch (Exception refused) when (refused is OutOfMemoryException or LinuxException)
        {
            files.Dispose();
            begun?.Dispose();
            throw new ShimException(ExitStatuses.RunFailed, $"the shim cannot begin another exec: {refused.Message}", "wait until others have ended, or raise the limits of open files and processes", refused);
        }
    }

    /// <inheritdoc/>
    public void OnReady(PollEvents happened) => server.OnLaunched(this);

    /// <summary>Call once, when it is through.</summary>
    /// <returns>The process, which is the caller's.</returns>
    /// <exception cref="ShimException">Not started.</exception>
    public HostedProcess Take()
    {
        thread.Join();
        if (failure is not null) { ExceptionDispatchInfo.Throw(failure); }

        return started!; // or else it failed
    }

    /// <inheritdoc/>
    public void Dispose() => through.Dispose();

    private void Run(Func<HostedProcess> launch)
    {
        try { started = launch(); }
        catch (Exception e) { failure = e is ShimException or LinuxException ? e : new ShimException(ExitStatuses.RunFailed, e.Message, inner: e); }

        through.Write.Dispose(); // end of file wakes the loop
    }
}

/// <summary>Descriptors that came with the request of an exec.</summary>
internal sealed record ExecFiles(SafeFileHandle Definition, SafeFileHandle? Stdin, SafeFileHandle? Stdout, SafeFileHandle? Stderr) : IDisposable
{
    /// <exception cref="ShimException">The definition is missing.</exception>
    public static ExecFiles Take(ReceivedMessage request)
    {
        ShimMessage message = request.Message;
        return new ExecFiles(
            request.Take() ?? throw new ShimException(ExitStatuses.RunFailed, "an exec without its definition"),
            message.Stdin ? request.Take() : null,
            message.Stdout ? request.Take() : null,
            message.Stderr ? request.Take() : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Definition.Dispose();
        Stdin?.Dispose();
        Stdout?.Dispose();
        Stderr?.Dispose();
    }
}
