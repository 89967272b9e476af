using Inro.Linux.Descriptors;

namespace Inro.Engine.Shim;

/// <summary>One thread, one poll(2): everything that a shim waits for. Allocates nothing while the set of sources stays the same.</summary>
internal sealed class PollLoop
{
    private readonly List<IPollSource> sources = [];
    private readonly List<IPollSource> woken = [];
    private PollEntry[] entries = new PollEntry[8];

    public void Add(IPollSource source) => sources.Add(source);

    public void Remove(IPollSource source) => sources.Remove(source);

    /// <summary>Waits once and lets every ready source work.</summary>
    /// <param name="timeoutMilliseconds">Longest wait; negative: for ever.</param>
    public void RunOnce(int timeoutMilliseconds)
    {
        int count = sources.Count;
        if (entries.Length < count) { entries = new PollEntry[count * 2]; }

        for (int at = 0; at < count; at++)
        {
            PollEvents wanted = sources[at].Wanted;
            entries[at] = new PollEntry { Descriptor = wanted == PollEvents.None ? -1 : sources[at].Descriptor, Wanted = wanted };
        }

        if (Descriptor.Poll(entries.AsSpan(0, count), timeoutMilliseconds) == 0) { return; }

        Wake(count);
    }

    // A source may add or remove sources while it works, so the ready ones are noted first.
    private void Wake(int count)
    {
        woken.Clear();
        for (int at = 0; at < count; at++)
        {
            if (entries[at].Happened != PollEvents.None)
            {
                entries[woken.Count] = entries[at];
                woken.Add(sources[at]);
            }
        }

        for (int at = 0; at < woken.Count; at++)
        {
            if (sources.Contains(woken[at])) { woken[at].OnReady(entries[at].Happened); }
        }
    }
}
