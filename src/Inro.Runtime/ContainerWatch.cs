using System.Diagnostics;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Runtime.Resources;

namespace Inro.Runtime;

/// <summary>What happens to a running container, as long as it runs. See <see cref="ContainerRuntime.Watch"/>.</summary>
public sealed class ContainerWatch : IDisposable
{
    private readonly string _id;
    private readonly PidFd _process;
    private readonly CgroupSet _cgroups;
    private readonly OutOfMemoryWatch _memory;

    internal ContainerWatch(string id, PidFd process, CgroupSet cgroups)
    {
        _id = id;
        _process = process;
        _cgroups = cgroups;
        _memory = cgroups.WatchMemory();
    }

    /// <summary>What the container has used, as one JSON document of type "stats", UTF-8.</summary>
    public byte[] Statistics() => EventDocument.Statistics(_id, _cgroups);

    /// <summary>That it ran out of memory, as one JSON document of type "oom", UTF-8.</summary>
    public byte[] OutOfMemory() => EventDocument.OutOfMemory(_id);

    /// <summary>Waits until something happens.</summary>
    /// <param name="limit">How long at most.</param>
    public ContainerEvent Wait(TimeSpan limit)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            Span<PollEntry> entries = [new PollEntry { Descriptor = _process.Number, Wanted = PollEvents.Readable }, _memory.Entry];
            double left = Math.Clamp(Math.Ceiling((limit - Stopwatch.GetElapsedTime(begun)).TotalMilliseconds), 0, int.MaxValue);
            int milliseconds = _memory.LongestWait < 0 ? (int)left : (int)Math.Min(left, _memory.LongestWait);
            Descriptor.Poll(entries, milliseconds);
            if (_memory.HasHappened()) { return ContainerEvent.OutOfMemory; } // before the end, of which it may be the reason

            if (entries[0].Happened != PollEvents.None) { return ContainerEvent.Ended; }

            if (Stopwatch.GetElapsedTime(begun) >= limit) { return ContainerEvent.None; }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _cgroups.Dispose();
        _process.Dispose();
    }
}

/// <summary>What happened to a container.</summary>
public enum ContainerEvent
{
    /// <summary>Nothing in the time given.</summary>
    None,

    /// <summary>It ran out of memory.</summary>
    OutOfMemory,

    /// <summary>Its first process has ended.</summary>
    Ended,
}
