using Inro.Linux;
using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>One client's end of one stream: a pipe that it reads, written without waiting.</summary>
internal sealed class ClientOutput(OutputPump pump, SafeFileHandle target) : IPollSource, IDisposable
{
    private int sent;
    private bool leaves;

    /// <summary>The client is gone: its pipe has no reader.</summary>
    public bool IsGone { get; private set; }

    /// <summary>It has everything that was read so far.</summary>
    public bool IsDone => IsGone || pump.Pending(sent).Length == 0;

    /// <inheritdoc/>
    public int Descriptor => (int)target.DangerousGetHandle();

    /// <inheritdoc/>
    public PollEvents Wanted => IsDone ? PollEvents.None : PollEvents.Writable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened) => Send();

    /// <summary>What was read before belongs to others.</summary>
    public void StartAt(int position) => sent = position;

    /// <summary>New bytes lie at the beginning of the pump's buffer.</summary>
    public void Restart()
    {
        sent = 0;
        Send();
    }

    /// <summary>Sends the rest, then closes: the client reads the end of the output.</summary>
    public void LeaveWhenDone()
    {
        leaves = true;
        Send();
    }

    /// <inheritdoc/>
    public void Dispose() => target.Dispose();

    private void Send()
    {
        while (!IsDone)
        {
            int taken = Inro.Linux.Descriptors.Descriptor.Write(target, pump.Pending(sent));
            if (taken == -(int)Errno.EAGAIN) { return; }

            if (taken < 0) { IsGone = true; }
            else { sent += taken; }
        }

        if (leaves || IsGone) { pump.Detach(this); }
    }
}
