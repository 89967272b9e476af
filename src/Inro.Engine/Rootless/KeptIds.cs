using Inro.Spec.Runtime;

namespace Inro.Engine.Rootless;

/// <summary>Ids of a container in which an ordinary user has a chosen id, and all others are the user's further ids, in their order.</summary>
internal static class KeptIds
{
    /// <summary>The mapping of such a container into the user's own namespace, where the user is 0.</summary>
    /// <param name="kept">The user's id inside.</param>
    /// <param name="count">How many ids the user's namespace has: from 0 on.</param>
    public static IReadOnlyList<IdMapping> Of(uint kept, uint count)
    {
        uint others = count - 1;
        uint before = Math.Min(kept, others);
        List<IdMapping> made = [];
        if (before > 0) { made.Add(new IdMapping(0, 1, before)); }

        made.Add(new IdMapping(kept, 0, 1));
        if (others > before) { made.Add(new IdMapping(kept + 1, before + 1, others - before)); }

        return made;
    }

    /// <summary>The user inside, <c>uid:gid</c>.</summary>
    public static string Name(IReadOnlyList<IdMapping> users, IReadOnlyList<IdMapping> groups) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{users.First(static m => m.HostId == 0).ContainerId}:{groups.First(static m => m.HostId == 0).ContainerId}");

    /// <summary>Who this process's user, or its group, is outside, and how many ids its namespace has.</summary>
    /// <param name="map">/proc/self/uid_map or gid_map, read in the user's own namespace.</param>
    public static (uint Outside, uint Count) Read(string map)
    {
        IReadOnlyList<IdMapping> ids = IdMapping.ReadMap(File.ReadAllText(map));
        uint outside = 0;
        uint count = 0;
        foreach (IdMapping range in ids)
        {
            if (range.ContainerId == 0) { outside = range.HostId; }

            if (range.ContainerId == count) { count += range.Size; }
        }

        return (outside, count);
    }
}
