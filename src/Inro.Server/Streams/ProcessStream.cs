using Inro.Engine.Attach;
using Inro.Engine.Shim;
using Inro.Linux.Descriptors;
using Inro.Server.Http;
using Microsoft.Win32.SafeHandles;

namespace Inro.Server.Streams;

/// <summary>Joins a hijacked connection to a process: its output to the client, and what the client sends to its input, until one of them ends.</summary>
/// <remarks>The caller's thread copies output and speaks with the shim; <see cref="StreamInput"/> copies input beside it, and rings a bell when that is over.</remarks>
internal sealed class ProcessStream(ShimClient client, Hijack hijack, StreamOptions options)
{
    private const int BufferBytes = 32 << 10;

    /// <summary>Longest time without a look whether the server is to stop.</summary>
    private const int StopMilliseconds = 500;

    private readonly byte[] buffer = new byte[StreamFrame.HeadBytes + BufferBytes];
    private readonly PollEntry[] entries = new PollEntry[5];
    private SafeFileHandle? stdout = client.Streams?.Stdout;
    private SafeFileHandle? stderr = client.Streams?.Stderr;
    private bool isInputClosed;

    /// <summary>Copies until the process has ended and its output was sent, the client is gone or has typed the detach keys, or the server stops.</summary>
    public void Run()
    {
        using SafeFileHandle bell = Descriptor.EventCounter();
        using CancellationTokenSource over = new();
        StreamInput? input = client.Streams?.Stdin is { } target ? new StreamInput(hijack.Input, target, bell, options.DetachKeys) : null;
        Task copying = input?.CopyAsync(over.Token) ?? Task.CompletedTask;
        try { CopyOutput(bell, input); }
        finally
        {
            over.Cancel();
            hijack.Input.CancelPendingRead();
            copying.GetAwaiter().GetResult();
        }
    }

    private void CopyOutput(SafeFileHandle bell, StreamInput? input)
    {
        while (!hijack.IsGone && !options.Stopping.IsCancellationRequested && !IsOver())
        {
            Wait(bell);
            if (entries[0].Happened != PollEvents.None) { Copy(ref stdout, StreamFrame.Stdout); }

            if (entries[1].Happened != PollEvents.None) { Copy(ref stderr, StreamFrame.Stderr); }

            if ((entries[4].Happened & (PollEvents.HangUp | PollEvents.Error)) != 0) { return; } // the client is gone

            if (input is { WantsDetach: true })
            {
                Quietly(client.Detach);
                return;
            }

            if (input is { HasEnded: true } && !isInputClosed)
            {
                isInputClosed = true;
                if (options.ClosesInput) { Quietly(client.CloseStdin); }
            }

            Descriptor.TakeEvents(bell);
        }
    }

    /// <summary>A container's streams end with it. An exec's can be held open by what it left behind: there its end counts, and what was written until then.</summary>
    private bool IsOver()
    {
        try
        {
            if (!client.IsExec) { return stdout is null && stderr is null && (HadOutputs || client.WaitForExit(TimeSpan.Zero) is not null); }

            if (client.WaitForExit(TimeSpan.Zero) is null) { return false; }
        }
        catch (ShimException) when (client.IsLost) { /* its shim was killed: what was written is sent */ }

        Drain();
        return true;
    }

    private bool HadOutputs => client.Streams is { Stdout: not null } or { Stderr: not null };

    private void Drain()
    {
        for (; ; )
        {
            entries[0] = Entry(stdout, PollEvents.Readable);
            entries[1] = Entry(stderr, PollEvents.Readable);
            if (Descriptor.Poll(entries.AsSpan(0, 2), 0) == 0 || hijack.IsGone) { return; }

            if (entries[0].Happened != PollEvents.None) { Copy(ref stdout, StreamFrame.Stdout); }

            if (entries[1].Happened != PollEvents.None) { Copy(ref stderr, StreamFrame.Stderr); }
        }
    }

    private void Wait(SafeFileHandle bell)
    {
        entries[0] = Entry(stdout, PollEvents.Readable);
        entries[1] = Entry(stderr, PollEvents.Readable);
        entries[2] = new PollEntry { Descriptor = client.IsFinished ? -1 : client.Descriptor, Wanted = PollEvents.Readable };
        entries[3] = Entry(bell, PollEvents.Readable);
        entries[4] = new PollEntry { Descriptor = hijack.Socket, Wanted = PollEvents.None }; // a hang-up is told in any case
        Descriptor.Poll(entries, StopMilliseconds);
    }

    private void Copy(ref SafeFileHandle? source, byte stream)
    {
        if (source is null) { return; }

        int count = Descriptor.Read(source, buffer.AsSpan(StreamFrame.HeadBytes));
        if (count == -(int)Linux.Errno.EAGAIN) { return; }

        if (count <= 0)
        {
            source = null; // all was delivered; EIO: the terminal has hung up
            return;
        }

        if (options.IsTerminal) { hijack.Write(buffer.AsSpan(StreamFrame.HeadBytes, count)); }
        else
        {
            StreamFrame.WriteHead(buffer, stream, count);
            hijack.Write(buffer.AsSpan(0, StreamFrame.HeadBytes + count));
        }
    }

    private static PollEntry Entry(SafeFileHandle? file, PollEvents wanted) => new() { Descriptor = file is null ? -1 : (int)file.DangerousGetHandle(), Wanted = wanted };

    // The process may have ended, or the shim be gone, at any moment: the next turn finds out.
    private static void Quietly(Action request)
    {
        try { request(); }
        catch (ShimException) { /* told by the next turn */ }
    }
}

/// <summary>How a process is joined to a client.</summary>
/// <param name="IsTerminal">Its output goes out as it is; else in frames.</param>
/// <param name="DetachKeys">Keys that leave it running; null: none are looked for.</param>
/// <param name="ClosesInput">The end of what the client sends is the end of the process's input.</param>
/// <param name="Stopping">The server is about to stop.</param>
internal sealed record StreamOptions(bool IsTerminal, DetachKeys? DetachKeys, bool ClosesInput, CancellationToken Stopping);
