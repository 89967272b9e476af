using Inro.Linux.Descriptors;

namespace Inro.Engine.Shim;

/// <summary>One client, as its shim sees it.</summary>
internal sealed class ShimConnection(ShimChannel channel, ShimServer server) : IPollSource, IDisposable
{
    /// <summary>Messages handled at once before others have their turn.</summary>
    private const int MaxMessagesPerTurn = 16;

    /// <summary>Outputs that it is attached to.</summary>
    public List<(OutputPump Pump, ClientOutput Output)> Outputs { get; } = [];

    /// <summary>The exec that this connection is about; null: the container, or an exec that has ended (<see cref="IsExec"/>).</summary>
    public ShimExec? Exec { get; set; }

    /// <summary>It was made to be about an exec, which may have ended: what comes here is never meant for the container.</summary>
    public bool IsExec { get; set; }

    /// <summary>It was given the container's input.</summary>
    public bool HasStdin { get; set; }

    /// <summary>It will record the end.</summary>
    public bool Commits { get; set; }

    /// <summary>It wants one message when the log grows.</summary>
    public bool AwaitsLog { get; set; }

    /// <summary>It left on purpose.</summary>
    public bool Detached { get; set; }

    /// <inheritdoc/>
    public int Descriptor => channel.Descriptor;

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <summary>Some output is still on its way.</summary>
    public bool IsOwedOutput => Outputs.Exists(static output => !output.Output.IsDone);

    /// <inheritdoc/>
    public void OnReady(PollEvents happened)
    {
        for (int turn = 0; turn < MaxMessagesPerTurn; turn++)
        {
            ChannelState state = channel.TryReceive(TimeSpan.Zero, out ReceivedMessage? received);
            if (state == ChannelState.Empty) { return; }

            if (state == ChannelState.Closed || received is null)
            {
                server.Drop(this);
                return;
            }

            using (received) { server.Handle(this, received); }
        }
    }

    /// <summary>Sends without waiting. A client that does not take its messages is dropped.</summary>
    public void Send(ShimMessage message, System.Runtime.InteropServices.SafeHandle? descriptor = null)
    {
        if (!channel.TrySend(message, descriptor is null ? [] : [descriptor])) { server.DropSoon(this); }
    }

    /// <inheritdoc/>
    public void Dispose() => channel.Dispose();
}
