using System.Buffers;
using System.IO.Pipelines;
using Inro.Engine.Attach;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Server.Streams;

/// <summary>Moves what a client sends to a process. No thread waits for either.</summary>
internal sealed class StreamInput(PipeReader source, SafeFileHandle target, SafeFileHandle bell, DetachKeys? keys)
{
    /// <summary>Between two attempts to give bytes to a process that does not take them.</summary>
    private const int FirstPauseMilliseconds = 1;

    private const int LongestPauseMilliseconds = 16;

    private readonly DetachKeyMatcher? matcher = keys is null ? null : new DetachKeyMatcher(keys);
    private volatile bool hasEnded;
    private volatile bool wantsDetach;

    /// <summary>The client sends no more, or the process takes no more.</summary>
    public bool HasEnded => hasEnded;

    /// <summary>The client has typed the keys.</summary>
    public bool WantsDetach => wantsDetach;

    /// <summary>Copies until one side has ended or the keys were typed; then the bell rings. Never throws.</summary>
    public async Task CopyAsync(CancellationToken ct)
    {
        try
        {
            while (!wantsDetach && await CopyOnceAsync(ct)) { }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException) { /* the connection is gone, or the stream is over */ }

        hasEnded = true;
        Ring();
    }

    private async Task<bool> CopyOnceAsync(CancellationToken ct)
    {
        ReadResult read = await source.ReadAsync(ct);
        foreach (ReadOnlyMemory<byte> piece in read.Buffer)
        {
            if (await DeliverAsync(piece, ct)) { continue; }

            source.AdvanceTo(read.Buffer.End);
            return false;
        }

        source.AdvanceTo(read.Buffer.End);
        return !read.IsCompleted && !read.IsCanceled;
    }

    private async Task<bool> DeliverAsync(ReadOnlyMemory<byte> typed, CancellationToken ct)
    {
        if (matcher is null) { return await WriteAsync(typed, ct); }

        byte[] passed = ArrayPool<byte>.Shared.Rent(typed.Length + DetachKeys.MaxKeys);
        try
        {
            bool isDetach = matcher.Take(typed.Span, passed, out int count);
            bool isTaken = await WriteAsync(passed.AsMemory(0, count), ct);
            wantsDetach = isDetach;
            return isTaken && !isDetach;
        }
        finally { ArrayPool<byte>.Shared.Return(passed); }
    }

    private async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        int pause = FirstPauseMilliseconds;
        while (bytes.Length > 0)
        {
            int taken = Descriptor.Write(target, bytes.Span);
            if (taken == -(int)Errno.EAGAIN)
            {
                await Task.Delay(pause, ct);
                pause = Math.Min(pause * 2, LongestPauseMilliseconds);
                continue;
            }

            if (taken < 0) { return false; } // EPIPE: the process closed its input

            bytes = bytes[taken..];
            pause = FirstPauseMilliseconds;
        }

        return true;
    }

    private void Ring() => Descriptor.Write(bell, BitConverter.GetBytes(1UL));
}
