using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Rootless;

namespace Inro.Cli.Arguments;

/// <content>The ids of the container's user namespace, one by one.</content>
internal sealed partial class ContainerFlags
{
    private readonly List<string> userMaps = [];
    private readonly List<string> groupMaps = [];
    private string? userRange;
    private string? groupRange;

    private void AddIds(FlagTable table) => table
        .List("gidmap", '\0', "Group ids of a user namespace of its own: CONTAINER:HOST[:COUNT] (those of --uidmap where nothing is said)", v => groupMaps.Add(Map(v)))
        .Text("subgidname", '\0', "Take the group ids that /etc/subgid gives this name", v => groupRange = v)
        .Text("subuidname", '\0', "Take the user ids that /etc/subuid gives this name", v => userRange = v)
        .List("uidmap", '\0', "User ids of a user namespace of its own: CONTAINER:HOST[:COUNT] (those of --gidmap where nothing is said)", v => userMaps.Add(Map(v)));

    /// <exception cref="UsageException">The ids are said twice, or nobody has the name.</exception>
    private ContainerConfig WithIds(ContainerConfig made)
    {
        if (userMaps.Count + groupMaps.Count == 0 && userRange is null && groupRange is null) { return made; }

        if (made.UserNamespace is not (null or "" or "private")) { throw new UsageException("--userns and --uidmap/--gidmap/--subuidname/--subgidname cannot be set together"); }

        List<string> ofUsers = Ids(userMaps, userRange ?? (groupMaps.Count == 0 ? groupRange : null), "/etc/subuid");
        List<string> ofGroups = Ids(groupMaps, groupRange ?? (userMaps.Count == 0 ? userRange : null), "/etc/subgid");
        IEnumerable<string> options = [.. (ofUsers.Count > 0 ? ofUsers : ofGroups).Select(static m => "uidmapping=" + m), .. (ofGroups.Count > 0 ? ofGroups : ofUsers).Select(static m => "gidmapping=" + m)];
        return made with { UserNamespace = $"map:{string.Join(',', options)}" };
    }

    private static List<string> Ids(List<string> maps, string? name, string file)
    {
        if (name is null) { return maps; }

        if (maps.Count > 0) { throw new UsageException("cannot specify both a map of ids and a name in " + file); }

        SubordinateIds ids = SubordinateIds.Of(file, name, uint.MaxValue) ?? throw new UsageException($"{file} gives {name} no ids");
        return [string.Create(CultureInfo.InvariantCulture, $"0:{ids.Start}:{ids.Count}")];
    }

    private static string Map(string text)
    {
        string[] parts = text.Split(':');
        bool isMap = parts.Length is 2 or 3 && Array.TrueForAll(parts, static p => uint.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        return isMap ? text : throw new FormatException($"'{text}' is not CONTAINER:HOST[:COUNT]");
    }
}
