using Inro.Engine.Rootless;

namespace Inro.Engine.Containers;

/// <summary>Host ids from which containers with a user namespace of their own get ranges.</summary>
/// <param name="Ids">All of them.</param>
/// <param name="Reserved">Ranges in them that belong to others.</param>
/// <param name="Name">For messages: <c>user ids</c>, <c>group ids</c>.</param>
/// <param name="Origin">For messages: who says so.</param>
internal sealed record IdRangePool(SubordinateIds Ids, IReadOnlyList<SubordinateIds> Reserved, string Name, string Origin)
{
    /// <summary>Ids of one container, as many as a classic system has.</summary>
    public const uint RangeSize = 65_536;

    /// <summary>The user of /etc/subuid and /etc/subgid whose ids are for containers, as other engines have it.</summary>
    public const string Owner = "containers";

    /// <summary>Above the ids of people and of systemd's dynamic users and containers, below 2^31, past which some programs read a sign.</summary>
    private static SubordinateIds Default => new(1u << 30, 1u << 30);

    /// <summary>The pool of a host.</summary>
    /// <param name="text">Text of /etc/subuid or /etc/subgid; empty where there is none.</param>
    /// <param name="file">Its name.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="EngineException">PreconditionFailed: the configured range holds no container.</exception>
    public static IdRangePool Of(string text, string file, string name)
    {
        if (SubordinateIds.Find(text, Owner, user: null) is not { } configured)
        {
            return new IdRangePool(Default, SubordinateIds.All(text), name, $"from {Default.Start} to {Default.Start + (Default.Count - 1)}");
        }

        return configured.Count >= RangeSize ? new IdRangePool(configured, [], name, $"that {file} gives to \"{Owner}\"") : throw new EngineException(
            ErrorCode.PreconditionFailed,
            $"the {configured.Count} {name} that {file} gives to \"{Owner}\" are too few: a container with a user namespace of its own gets {RangeSize}",
            $"give more of them: {Owner}:{Default.Start}:{Default.Count}");
    }

    /// <summary>A range that nobody has.</summary>
    /// <param name="taken">Ranges of other containers.</param>
    /// <param name="wish">Where to begin looking, as a number of ranges; taken modulo their count. Instances that know nothing of each other begin apart.</param>
    /// <param name="size">How many ids it has; it takes whole ranges that lie side by side.</param>
    /// <returns>Its first id.</returns>
    /// <exception cref="EngineException">ResourceExhausted: there is none.</exception>
    public uint Pick(IEnumerable<SubordinateIds> taken, uint wish, uint size = RangeSize)
    {
        bool[] busy = new bool[Ids.Count / RangeSize];
        foreach (SubordinateIds range in taken.Concat(Reserved)) { Mark(busy, range); }

        for (int i = 0; i < busy.Length; i++)
        {
            int slot = (int)((wish + (uint)i) % (uint)busy.Length);
            if (IsFree(busy, slot, size)) { return Ids.Start + ((uint)slot * RangeSize); }
        }

        throw new EngineException(
            ErrorCode.ResourceExhausted,
            size <= RangeSize
                ? $"all {busy.Length} ranges of {RangeSize} {Name} {Origin} are taken by containers with user namespaces of their own"
                : $"no {size} {Name} in a row are free of those {Origin}",
            $"remove containers that were made with --userns auto, or give a larger range to \"{Owner}\" in /etc/subuid and /etc/subgid");
    }

    private static bool IsFree(bool[] busy, int slot, uint size)
    {
        long end = slot + (((long)size + RangeSize - 1) / RangeSize);
        return end <= busy.Length && Array.IndexOf(busy, true, slot, (int)(end - slot)) < 0;
    }

    private void Mark(bool[] busy, SubordinateIds range)
    {
        long first = (long)range.Start - Ids.Start;
        long last = first + range.Count - 1;
        if (last < 0 || first >= (long)busy.Length * RangeSize) { return; }

        long end = Math.Min(last / RangeSize, busy.Length - 1);
        for (long slot = Math.Max(0, first) / RangeSize; slot <= end; slot++) { busy[slot] = true; }
    }
}
