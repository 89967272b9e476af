using Inro.Linux;
using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Attach;

/// <summary>Moves the process's output to this program's.</summary>
internal sealed class OutputCopy(SafeFileHandle source, SafeFileHandle target, byte[] buffer)
{
    private bool isTargetUseless;

    /// <summary>All output was delivered.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Nobody reads the target any more.</summary>
    public bool IsTargetClosed { get; private set; }

    /// <summary>What poll waits for.</summary>
    public int Source => (int)source.DangerousGetHandle();

    /// <summary>Moves what is there now.</summary>
    public void Copy()
    {
        int count = Descriptor.Read(source, buffer);
        if (count == -(int)Errno.EAGAIN) { return; }

        if (count <= 0)
        {
            HasEnded = true;
            return;
        }

        Deliver(buffer.AsSpan(0, count));
    }

    private void Deliver(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && !isTargetUseless)
        {
            int taken = Descriptor.Write(target, bytes);
            switch (taken)
            {
                case -(int)Errno.EAGAIN: // somebody made the shared terminal or pipe non-blocking
                    Descriptor.Poll([new PollEntry { Descriptor = (int)target.DangerousGetHandle(), Wanted = PollEvents.Writable }], -1);
                    break;
                case -(int)Errno.EPIPE:
                    IsTargetClosed = isTargetUseless = true;
                    break;
                case < 0:
                    isTargetUseless = true; // closed from the start, a full disk: the process goes on and its log has the bytes
                    break;
                default:
                    bytes = bytes[taken..];
                    break;
            }
        }
    }
}
