using Inro.Linux;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The launch of an exec.</summary>
internal sealed class ExecLaunch : ShimLaunch
{
    private readonly ShimServer server;

    private ExecLaunch(ShimConnection owner, ShimMessage request, ShimServer server, Func<HostedProcess> launch)
        : base(server, launch)
    {
        Owner = owner;
        Request = request;
        this.server = server;
    }

    /// <summary>What was asked.</summary>
    public ShimMessage Request { get; }

    /// <summary>Who asked.</summary>
    public ShimConnection Owner { get; }

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
            begun.Begin();
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
    public override void OnStarted(HostedProcess? process) => server.Begin(this, process!); // an exec is a process

    /// <inheritdoc/>
    public override void OnFailed(Exception reason) => server.Refuse(this, reason);
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
