using System.Globalization;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>Which ids of the host a container's user namespace gets.</summary>
public static class UserNamespaceMappings
{
    /// <summary>Ids of one container, as many as a classic system has.</summary>
    private const uint Size = 65_536;

    /// <summary>Above the ids of people and of systemd's dynamic users and containers, below 2^31, past which some programs read a sign.</summary>
    private const uint FirstHostId = 1u << 30;
    private const uint Ranges = (1u << 30) / Size;
    private const int MaxSubidBytes = 1 << 20;

    /// <summary>The mapping for <c>--userns</c>; null where the container stays in the host's user namespace.</summary>
    /// <param name="mode"><c>host</c>, <c>auto</c>, <c>private</c> or null.</param>
    /// <param name="containerId">The full id; picks the range, so that a container has the same one at each start.</param>
    /// <param name="isRootful">An ordinary user always gets a user namespace.</param>
    public static IdMappings? Choose(string? mode, string containerId, bool isRootful)
    {
        if (mode is not (null or "" or "host" or "auto" or "private"))
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"invalid user mode: {mode}", "give host, auto or private");
        }

        if (!isRootful) { return Rootless(); }
        if (mode is null or "" or "host") { return null; }

        // Two containers may meet in one range; each still is no root on the host, and ids on disk are the image's in any case.
        uint slot = uint.Parse(containerId.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture) % Ranges;
        IReadOnlyList<IdMapping> range = [new(0, FirstHostId + (slot * Size), Size)];
        return new(range, range);
    }

    private static IdMappings Rootless()
    {
        string user = Environment.UserName;
        return new(
            Own(Linux.Processes.EffectiveIds.User, "/etc/subuid", user, Linux.Processes.EffectiveIds.User),
            Own(Linux.Processes.EffectiveIds.Group, "/etc/subgid", user, Linux.Processes.EffectiveIds.User));
    }

    // Root inside is the user outside; the rest comes from the ids that the host gave to the user.
    private static List<IdMapping> Own(uint id, string file, string user, uint uid)
    {
        List<IdMapping> mappings = [new(0, id, 1)];
        uint next = 1;
        foreach ((uint start, uint count) in Subids(file, user, uid))
        {
            mappings.Add(new(next, start, count));
            next += count;
        }

        return mappings;
    }

    private static IEnumerable<(uint Start, uint Count)> Subids(string file, string user, uint uid)
    {
        if (!File.Exists(file) || new FileInfo(file).Length > MaxSubidBytes) { yield break; }

        string number = uid.ToString(CultureInfo.InvariantCulture);
        foreach (string line in File.ReadLines(file))
        {
            string[] parts = line.Split(':');
            if (parts.Length == 3 && (parts[0] == user || parts[0] == number) && uint.TryParse(parts[1], out uint start) && uint.TryParse(parts[2], out uint count) && count > 0)
            {
                yield return (start, count);
            }
        }
    }
}
