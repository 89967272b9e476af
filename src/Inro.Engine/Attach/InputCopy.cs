using Inro.Linux;
using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Attach;

/// <summary>Moves what is typed, or piped in, to the process, without ever waiting.</summary>
internal sealed class InputCopy(SafeFileHandle source, DetachKeyMatcher? keys)
{
    private const int ReadBytes = 64 * 1024;

    private readonly byte[] pending = new byte[ReadBytes + DetachKeys.MaxKeys];
    private byte[] typed = [];
    private int sent;
    private int filled;

    /// <summary>The source has ended, or the process takes no more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The detach keys were typed.</summary>
    public bool WantsDetach { get; private set; }

    /// <summary>Bytes wait for the process to take them; nothing more is read until then.</summary>
    public bool IsHeldBack => sent < filled;

    /// <summary>Reads once.</summary>
    public void Read()
    {
        if (typed.Length == 0) { typed = GC.AllocateUninitializedArray<byte>(ReadBytes); }

        int count = Descriptor.Read(source, typed);
        if (count == -(int)Errno.EAGAIN) { return; }

        if (count <= 0)
        {
            HasEnded = true; // EIO: the terminal is gone; EBADF: closed from the start
            return;
        }

        sent = 0;
        filled = count;
        if (keys is null) { typed.AsSpan(0, count).CopyTo(pending); }
        else { WantsDetach = keys.Take(typed.AsSpan(0, count), pending, out filled); }
    }

    /// <summary>Writes what waits.</summary>
    public void Write(SafeFileHandle target)
    {
        while (IsHeldBack)
        {
            int taken = Descriptor.Write(target, pending.AsSpan(sent, filled - sent));
            if (taken == -(int)Errno.EAGAIN) { return; }

            if (taken < 0)
            {
                HasEnded = true; // EPIPE: the process closed its input
                sent = filled;
                return;
            }

            sent += taken;
        }
    }
}
