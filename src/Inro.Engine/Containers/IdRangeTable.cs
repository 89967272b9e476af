using Inro.Engine.Containers.Compose;
using Inro.Engine.Metadata;
using Inro.Engine.Rootless;

namespace Inro.Engine.Containers;

/// <summary>Rows of the host ids that containers with a user namespace of their own have, from their making to their removal.</summary>
internal sealed class IdRangeTable(MetadataStore store)
{
    /// <summary>The range of a container; null: it has none.</summary>
    public IdMappings? Find(string container)
    {
        using Statement select = store.Prepare("SELECT users, groups, size FROM id_ranges WHERE container = ?");
        select.Bind(1, container);
        return select.Step() ? Mappings((uint)select.Number(0), (uint)select.Number(1), (uint)select.Number(2)) : null;
    }

    /// <summary>Gives a container a range that no other one has. Belongs inside <see cref="MetadataStore.Write{T}"/>.</summary>
    /// <exception cref="EngineException">ResourceExhausted: there is none left.</exception>
    public IdMappings Take(string container, IdRangePools pools, uint size = IdRangePool.RangeSize)
    {
        (uint users, uint groups) = Pick(pools, size);
        using Statement insert = store.Prepare("INSERT INTO id_ranges(container, users, groups, size) VALUES(?, ?, ?, ?)");
        insert.Bind(1, container);
        insert.Bind(2, (long)users);
        insert.Bind(3, (long)groups);
        insert.Bind(4, (long)size);
        insert.Run();
        return Mappings(users, groups, size);
    }

    /// <summary>What <see cref="Take"/> would give now.</summary>
    public IdMappings Propose(IdRangePools pools, uint size = IdRangePool.RangeSize)
    {
        (uint users, uint groups) = Pick(pools, size);
        return Mappings(users, groups, size);
    }

    private (uint Users, uint Groups) Pick(IdRangePools pools, uint size)
    {
        List<SubordinateIds> users = [];
        List<SubordinateIds> groups = [];
        using Statement select = store.Prepare("SELECT users, groups, size FROM id_ranges");
        while (select.Step())
        {
            uint taken = (uint)select.Number(2);
            users.Add(new SubordinateIds((uint)select.Number(0), taken));
            groups.Add(new SubordinateIds((uint)select.Number(1), taken));
        }

        return (pools.Users.Pick(users, pools.Wish, size), pools.Groups.Pick(groups, pools.Wish, size));
    }

    private static IdMappings Mappings(uint users, uint groups, uint size) => new([new(0, users, size)], [new(0, groups, size)]);
}

/// <summary>Where ranges come from.</summary>
/// <param name="Users">User ids.</param>
/// <param name="Groups">Group ids.</param>
/// <param name="Wish">See <see cref="IdRangePool.Pick"/>.</param>
internal sealed record IdRangePools(IdRangePool Users, IdRangePool Groups, uint Wish)
{
    /// <summary>Those of this host.</summary>
    /// <param name="instance">The instance's name: <see cref="InstancePaths.Instance"/>.</param>
    public static IdRangePools OfHost(string instance) => new(
        IdRangePool.Of(SubordinateIds.Text("/etc/subuid"), "/etc/subuid", "user ids"),
        IdRangePool.Of(SubordinateIds.Text("/etc/subgid"), "/etc/subgid", "group ids"),
        uint.TryParse(instance, System.Globalization.NumberStyles.HexNumber, null, out uint wish) ? wish : 0);
}
