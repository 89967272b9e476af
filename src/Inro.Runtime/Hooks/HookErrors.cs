using System.Diagnostics;
using System.Text;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Hooks;

/// <summary>What a hook writes to its standard error: the beginning is kept for the message of its failure, the rest read and forgotten.</summary>
/// <param name="pipe">Reading end; stays the caller's.</param>
internal sealed class HookErrors(SafeFileHandle pipe)
{
    private const int MaxBytes = 4096;

    private readonly byte[] kept = new byte[MaxBytes];
    private int length;
    private bool isClosed;

    /// <summary>What was kept, after a colon; empty where there was nothing. Control characters are blanks: it goes to terminals.</summary>
    public string Text
    {
        get
        {
            string text = string.Concat(Encoding.UTF8.GetString(kept, 0, length).Trim().Select(static c => char.IsControl(c) && c != '\n' ? ' ' : c));
            return text.Length == 0 ? "" : $": {text}";
        }
    }

    /// <summary>Reads until the hook ends: what it left behind may hold the pipe for longer.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="limit">Longest wait; null: without end.</param>
    /// <returns>False: it runs still.</returns>
    public bool ReadUntilEnd(PidFd hook, TimeSpan? limit)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan? left = limit - Stopwatch.GetElapsedTime(begun);
            if (left < TimeSpan.Zero) { return false; }

            Span<PollEntry> entries =
            [
                new PollEntry { Descriptor = hook.Number, Wanted = PollEvents.Readable },
                new PollEntry { Descriptor = isClosed ? -1 : (int)pipe.DangerousGetHandle(), Wanted = PollEvents.Readable },
            ];
            Descriptor.Poll(entries, left is { } time ? (int)Math.Min(int.MaxValue, Math.Ceiling(time.TotalMilliseconds)) : -1);
            bool hasEnded = entries[0].Happened != PollEvents.None;
            if (entries[1].Happened != PollEvents.None && !(hasEnded && length == MaxBytes)) { Read(); }
            else if (hasEnded) { return true; }
        }
    }

    private void Read()
    {
        Span<byte> buffer = stackalloc byte[MaxBytes];
        int count = Descriptor.Read(pipe, buffer);
        isClosed = count <= 0;
        int taken = Math.Min(Math.Max(count, 0), MaxBytes - length);
        buffer[..taken].CopyTo(kept.AsSpan(length));
        length += taken;
    }
}
