using System.Globalization;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The launch of an exec.</summary>
internal sealed class ExecLaunch : ShimLaunch
{
    private readonly ShimServer server;
    private IReadOnlyList<SafeFileHandle> outputs = [];

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
    /// <param name="isKept">The process is to go on when its client is gone.</param>
    /// <param name="server">Is told when it is through.</param>
    /// <param name="launch">Starts the process; runs on the other thread.</param>
    /// <exception cref="ShimException">The definition is missing, or the system gives no thread.</exception>
    public static ExecLaunch Start(ShimConnection owner, ReceivedMessage request, bool isKept, ShimServer server, Func<ExecFiles, ShimMessage, HostedProcess> launch)
    {
        ExecFiles files = ExecFiles.Take(request);
        ExecLaunch? begun = null;
        try
        {
            begun = new ExecLaunch(owner, request.Message, server, () =>
            {
                using (files) { return launch(files, request.Message); }
            });
            if (isKept) { begun.outputs = files.OpenOutputs(); }

            begun.Begin();
            return begun;
        }
        catch (Exception refused) when (refused is OutOfMemoryException or LinuxException)
        {
            files.Dispose();
            begun?.DisposeOutputs();
            begun?.Dispose();
            throw new ShimException(ExitStatuses.RunFailed, $"the shim cannot begin another exec: {refused.Message}", "wait until others have ended, or raise the limits of open files and processes", refused);
        }
    }

    /// <inheritdoc/>
    public override void OnStarted(HostedProcess? process) => server.Begin(this, process!); // an exec is a process

    /// <inheritdoc/>
    public override void OnFailed(Exception reason)
    {
        DisposeOutputs();
        server.Refuse(this, reason);
    }

    /// <summary>Our ends of the process's output pipes; they are the caller's from now on.</summary>
    public IReadOnlyList<SafeFileHandle> TakeOutputs() => (outputs, outputs = []).Item1;

    private void DisposeOutputs()
    {
        foreach (SafeFileHandle output in TakeOutputs()) { output.Dispose(); }
    }
}

/// <summary>Descriptors that came with the request of an exec.</summary>
internal sealed record ExecFiles(SafeFileHandle Definition, SafeFileHandle? Stdin, SafeFileHandle? Stdout, SafeFileHandle? Stderr, IReadOnlyList<SafeFileHandle> Kept) : IDisposable
{
    /// <exception cref="ShimException">The definition is missing.</exception>
    public static ExecFiles Take(ReceivedMessage request)
    {
        ShimMessage message = request.Message;
        return new ExecFiles(
            request.Take() ?? throw new ShimException(ExitStatuses.RunFailed, "an exec without its definition"),
            message.Stdin ? request.Take() : null,
            message.Stdout ? request.Take() : null,
            message.Stderr ? request.Take() : null,
            [.. Enumerable.Range(0, Math.Clamp(message.Kept, 0, ShimExecRequest.MaxKept)).Select(_ => request.Take()).OfType<SafeFileHandle>()]);
    }

    /// <summary>Reading ends of the pipes that the process writes to.</summary>
    /// <remarks>A pipe is opened again through its descriptor (proc_pid_fd(5)): the client sends its writing end alone.</remarks>
    public IReadOnlyList<SafeFileHandle> OpenOutputs() => [.. new[] { Stdout, Stderr }.OfType<SafeFileHandle>().Select(OpenReader)];

    /// <inheritdoc/>
    public void Dispose()
    {
        Definition.Dispose();
        Stdin?.Dispose();
        Stdout?.Dispose();
        Stderr?.Dispose();
        foreach (SafeFileHandle kept in Kept) { kept.Dispose(); }
    }

    private static SafeFileHandle OpenReader(SafeFileHandle writer) =>
        Descriptor.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{writer.DangerousGetHandle()}"), OpenFlags.Read | OpenFlags.NonBlocking);
}
