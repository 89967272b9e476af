using Inro.Engine.Shim;
using Inro.Linux.Descriptors;

namespace Inro.Engine.Attach;

/// <summary>Joins a container's streams whether it runs or is still to be started: then from the first byte of its next run.</summary>
public static class WaitingAttach
{
    /// <summary>Between two looks whether the caller still wants it, and whether the container can still be started.</summary>
    private const int LookMilliseconds = 250;

    /// <summary>Joins; returns null where the caller gave up, or no start will come.</summary>
    /// <param name="paths">The instance.</param>
    /// <param name="id">The container's full id.</param>
    /// <param name="request">Which streams.</param>
    /// <param name="listener">A descriptor that hangs up when whoever wants the streams is gone.</param>
    /// <param name="isWanted">Asked now and then while nothing happens.</param>
    public static ShimClient? Join(InstancePaths paths, string id, AttachRequest request, int listener, Func<bool> isWanted)
    {
        if (TryJoin(paths, id, request) is { } running) { return running; }

        for (; ; )
        {
            using AttachTicket ticket = AttachTicket.Take(paths.AttachDirectory(id));
            for (bool isCalled = false; !isCalled;)
            {
                if (TryJoin(paths, id, request) is { } started) { return started; } // also before the first wait: it may have been started while the ticket was made

                PollEntry[] entries = [new() { Descriptor = ticket.Descriptor, Wanted = PollEvents.Readable }, new() { Descriptor = listener, Wanted = PollEvents.None }];
                Descriptor.Poll(entries, LookMilliseconds);
                if ((entries[1].Happened & (PollEvents.HangUp | PollEvents.Error)) != 0 || !isWanted()) { return null; }

                isCalled = entries[0].Happened != PollEvents.None;
            }

            if (TryJoin(paths, id, request) is { } called) { return called; }
        }
    }

    private static ShimClient? TryJoin(InstancePaths paths, string id, AttachRequest request)
    {
        ShimClient? client = ShimClient.TryConnect(paths.RunDirectory(id));
        if (client is null) { return null; }

        try
        {
            if (!client.IsFinished)
            {
                client.Attach(request);
                return client;
            }
        }
        catch (ShimException) { /* it has ended just now, or could not be started */ }

        client.Dispose();
        return null;
    }
}
