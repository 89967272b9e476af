using Inro.Engine.Shim;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Attach;

/// <summary>Joins this program's standard streams to a process until it ends or the person leaves.</summary>
public sealed class TerminalSession : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly ShimClient client;
    private readonly ShimStreams streams;
    private readonly AttachOptions options;
    private readonly SafeFileHandle input;
    private readonly OutputCopy? stdout;
    private readonly OutputCopy? stderr;
    private readonly InputCopy? typing;
    private readonly SignalPipe? signals;
    private readonly PollEntry[] entries = new PollEntry[6];
    private RawMode? raw;
    private bool hasClosedInput;

    private TerminalSession(ShimClient client, AttachOptions options, SafeFileHandle input, SafeFileHandle output, SafeFileHandle error)
    {
        this.client = client;
        this.options = options;
        this.input = input;
        streams = client.Streams ?? throw new InvalidOperationException("the client is not attached");
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        if (streams.Stdout is { } from) { stdout = new OutputCopy(from, output, buffer); }

        if (streams.Stderr is { } fromError) { stderr = new OutputCopy(fromError, error, buffer); }

        if (streams.Stdin is not null) { typing = new InputCopy(input, options.Terminal ? new DetachKeyMatcher(options.DetachKeys) : null); }

        if (options.Terminal || options.SignalProxy) { signals = new SignalPipe(options.Terminal); }
    }

    /// <summary>Copies until the process ends and its output is delivered, the detach keys are typed, or the shim is gone.</summary>
    /// <param name="client">Connection with <see cref="ShimClient.Streams"/>.</param>
    /// <param name="options">How.</param>
    /// <exception cref="LinuxException">This program's terminal cannot be put into raw mode.</exception>
    public static AttachResult Run(ShimClient client, AttachOptions options)
    {
        using var own = new SafeFileHandle(0, ownsHandle: false);
        using var output = new SafeFileHandle(1, ownsHandle: false);
        using var error = new SafeFileHandle(2, ownsHandle: false);
        return Run(client, options, own, output, error);
    }

    /// <summary>The same with other streams than this program's own.</summary>
    public static AttachResult Run(ShimClient client, AttachOptions options, SafeFileHandle input, SafeFileHandle output, SafeFileHandle error)
    {
        using var session = new TerminalSession(client, options, input, output, error);
        return session.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        raw?.Dispose();
        signals?.Dispose();
    }

    private AttachResult Run()
    {
        if (options.Terminal && typing is not null) { raw = RawMode.TryEnter(input); }

        if (options.Terminal) { SendSize(); }

        for (; ; )
        {
            ExitRecord? exit;
            try { exit = client.WaitForExit(TimeSpan.Zero); }
            catch (ShimException) when (client.IsLost)
            {
                Drain();
                return new AttachResult(AttachOutcome.Lost, null);
            }

            if (exit is not null && HasAllOutput()) { return new AttachResult(AttachOutcome.Exited, exit); }

            if (Turn(waits: true) is { } result) { return result; }
        }
    }

    // An exec's streams may be kept open by processes that it left behind: what was written before its end is there by now.
    private bool HasAllOutput()
    {
        if (client.IsExec) { Drain(); }

        return client.IsExec || (stdout is null or { HasEnded: true } && stderr is null or { HasEnded: true });
    }

    private void Drain()
    {
        for (; ; )
        {
            Prepare();
            entries[2].Descriptor = entries[3].Descriptor = entries[4].Descriptor = entries[5].Descriptor = -1;
            if (Descriptor.Poll(entries, 0) == 0) { return; }

            CopyOutput();
        }
    }

    private AttachResult? Turn(bool waits)
    {
        Prepare();
        Descriptor.Poll(entries, waits ? -1 : 0);
        CopyOutput();
        if (stdout is { IsTargetClosed: true } || stderr is { IsTargetClosed: true }) { return Leave(AttachOutcome.OutputClosed); }

        if (entries[3].Happened != PollEvents.None && TakeSignals() is { } ended) { return ended; }

        return typing is null ? null : CopyInput();
    }

    private void Prepare()
    {
        entries[0] = Entry(stdout is { HasEnded: false } ? stdout.Source : -1, PollEvents.Readable);
        entries[1] = Entry(stderr is { HasEnded: false } ? stderr.Source : -1, PollEvents.Readable);
        entries[2] = Entry(client.IsFinished ? -1 : client.Descriptor, PollEvents.Readable);
        entries[3] = Entry(signals?.Descriptor ?? -1, PollEvents.Readable);
        bool open = typing is { HasEnded: false } && streams.Stdin is not null;
        entries[4] = Entry(open && !typing!.IsHeldBack ? (int)input.DangerousGetHandle() : -1, PollEvents.Readable); // open: typing is there
        entries[5] = Entry(open && typing!.IsHeldBack ? (int)streams.Stdin!.DangerousGetHandle() : -1, PollEvents.Writable);
    }

    private static PollEntry Entry(int descriptor, PollEvents wanted) => new() { Descriptor = descriptor, Wanted = wanted };

    private void CopyOutput()
    {
        if (entries[0].Happened != PollEvents.None) { stdout!.Copy(); } // asked for only where it is

        if (entries[1].Happened != PollEvents.None) { stderr!.Copy(); }
    }

    private AttachResult? CopyInput()
    {
        if (entries[4].Happened != PollEvents.None) { typing!.Read(); } // called only where it is

        if (streams.Stdin is { } target) { typing!.Write(target); }

        if (typing!.WantsDetach) { return Leave(AttachOutcome.Detached); }

        if (typing.HasEnded && !typing.IsHeldBack && !hasClosedInput)
        {
            hasClosedInput = true;
            Quietly(client.CloseStdin);
        }

        return null;
    }

    private AttachResult? TakeSignals()
    {
        while (signals!.Take() is > 0 and var signal) // asked for only where they are
        {
            if (signal == SignalPipe.WindowChange) { SendSize(); }
            else if (!options.Terminal) { Quietly(() => client.Signal(signal)); }
            else if (signal == SignalPipe.Continue) { raw?.Apply(); }
            else { return Leave(AttachOutcome.Interrupted, signal); }
        }

        return null;
    }

    private AttachResult Leave(AttachOutcome outcome, int signal = 0)
    {
        Quietly(client.Detach);
        return new AttachResult(outcome, null, signal);
    }

    private void SendSize()
    {
        if (!Terminal.IsTerminal(input)) { return; }

        WindowSize size = Terminal.GetWindowSize(input);
        if (size != default) { Quietly(() => client.Resize(size)); }
    }

    // The process may have ended, or the shim be gone, at any moment: the next turn finds out.
    private static void Quietly(Action request)
    {
        try { request(); }
        catch (ShimException) { /* told by the next turn */ }
    }
}
