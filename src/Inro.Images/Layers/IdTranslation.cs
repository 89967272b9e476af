using System.Buffers.Binary;
using Inro.Spec.Runtime;

namespace Inro.Images.Layers;

/// <summary>Ids of a user namespace as this process sees them on files, and as an archive has them.</summary>
/// <param name="users">Ranges of users: inside, and as they are seen from here.</param>
/// <param name="groups">The same of groups.</param>
public sealed class IdTranslation(IReadOnlyList<IdMapping> users, IReadOnlyList<IdMapping> groups)
{
    private readonly IReadOnlyList<IdMapping> users = users;

    /// <summary>What the kernel shows in the place of an id that has no other (overflowuid).</summary>
    private const uint Nobody = 65_534;

    private const uint CapabilityRevisionMask = 0xFF00_0000;
    private const uint CapabilityRevision2 = 0x0200_0000;
    private const uint CapabilityRevision3 = 0x0300_0000; // says whose capabilities they are: the id of its root
    private const int CapabilityBytes2 = 20;

    /// <summary>The user of a file, as the archive has it.</summary>
    public uint UserToArchive(uint seen) => Inside(users, seen);

    /// <summary>The group of a file, as the archive has it.</summary>
    public uint GroupToArchive(uint seen) => Inside(groups, seen);

    /// <summary>The user of an archive, as it is given to a file; null: it has no place in the namespace.</summary>
    public uint? UserToFile(uint archived) => Outside(users, archived);

    /// <summary>The group of an archive, as it is given to a file.</summary>
    public uint? GroupToFile(uint archived) => Outside(groups, archived);

    /// <summary>Capabilities of a file as an archive has them: of the namespace's root, whoever that is here. Others stay as they are.</summary>
    /// <remarks>struct vfs_ns_cap_data of linux/capability.h: little-endian words, the last the root's id.</remarks>
    internal static byte[] CapabilityToArchive(byte[] value, IdTranslation? ids)
    {
        bool isOfRoot = value.Length == CapabilityBytes2 + sizeof(uint)
            && (BinaryPrimitives.ReadUInt32LittleEndian(value) & CapabilityRevisionMask) == CapabilityRevision3
            && BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(CapabilityBytes2)) == (ids is null ? 0 : Outside(ids.users, 0));
        if (!isOfRoot) { return value; }

        byte[] plain = value[..CapabilityBytes2];
        BinaryPrimitives.WriteUInt32LittleEndian(plain, (BinaryPrimitives.ReadUInt32LittleEndian(value) & ~CapabilityRevisionMask) | CapabilityRevision2);
        return plain;
    }

    private static uint Inside(IReadOnlyList<IdMapping> ranges, uint seen)
    {
        foreach (IdMapping range in ranges)
        {
            if (seen >= range.HostId && seen - range.HostId < range.Size) { return range.ContainerId + (seen - range.HostId); }
        }

        return Nobody;
    }

    private static uint? Outside(IReadOnlyList<IdMapping> ranges, uint archived)
    {
        foreach (IdMapping range in ranges)
        {
            if (archived >= range.ContainerId && archived - range.ContainerId < range.Size) { return range.HostId + (archived - range.ContainerId); }
        }

        return null;
    }
}
