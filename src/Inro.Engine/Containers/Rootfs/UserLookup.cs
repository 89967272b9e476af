namespace Inro.Engine.Containers.Rootfs;

/// <summary>Who a process runs as.</summary>
/// <param name="Uid">User id inside.</param>
/// <param name="Gid">Group id inside.</param>
/// <param name="Groups">Supplementary groups, each once.</param>
/// <param name="Home">Home directory; <c>/</c> where the image names none.</param>
public sealed record ResolvedUser(uint Uid, uint Gid, IReadOnlyList<uint> Groups, string Home);

/// <summary>Resolves <c>user[:group]</c> with the image's /etc/passwd and /etc/group; a number is always an id, never a name.</summary>
public static class UserLookup
{
    /// <summary>Ids above this one have meanings of their own in the kernel and in other programs.</summary>
    private const uint MaxId = int.MaxValue;

    /// <summary>Resolves a user.</summary>
    /// <param name="files">The container's root file system.</param>
    /// <param name="specification"><c>user[:group]</c>; null or empty is 0.</param>
    /// <param name="additional">More supplementary groups, names or numbers.</param>
    /// <exception cref="EngineException">InvalidArgument: a name is unknown or a number is out of range; docker's words.</exception>
    public static ResolvedUser Resolve(IRootfsFiles files, string? specification, IReadOnlyList<string> additional)
    {
        (string user, string group) = Split(specification ?? "");
        (uint uid, uint gid, string home, string name) = FindUser(files, user);
        List<uint> groups = [];
        if (group.Length > 0 || name.Length > 0 || additional.Count > 0)
        {
            List<GroupEntry> entries = [.. AccountFile.Groups(Read(files, "/etc/group"))];
            if (group.Length > 0) { gid = FindGroup(entries, group); }
            else if (name.Length > 0) { AddMemberships(entries, name, groups); }
            foreach (string one in additional) { AddOnce(groups, FindGroup(entries, one)); }
        }

        return new(uid, gid, groups, home.Length > 0 ? home : "/");
    }

    private static (string User, string Group) Split(string specification)
    {
        int colon = specification.IndexOf(':');
        return colon < 0 ? (specification, "") : (specification[..colon], specification[(colon + 1)..]);
    }

    private static (uint Uid, uint Gid, string Home, string Name) FindUser(IRootfsFiles files, string user)
    {
        uint? id = user.Length == 0 ? 0 : Number(user);
        foreach (PasswdEntry entry in AccountFile.Passwd(Read(files, "/etc/passwd")))
        {
            if (id is { } wanted ? entry.Uid == wanted : entry.Name == user) { return (InRange(entry.Uid), InRange(entry.Gid), entry.Home, entry.Name); }
        }

        return id is { } uid
            ? (uid, 0u, "/", "")
            : throw Unknown($"unable to find user {user}: no matching entries in passwd file", "give a user of the image, or a number");
    }

    private static uint FindGroup(List<GroupEntry> entries, string group)
    {
        uint? id = Number(group);
        foreach (GroupEntry entry in entries)
        {
            if (id is { } wanted ? entry.Gid == wanted : entry.Name == group) { return InRange(entry.Gid); }
        }

        return id ?? throw Unknown($"unable to find group {group}: no matching entries in group file", "give a group of the image, or a number");
    }

    private static void AddMemberships(List<GroupEntry> entries, string name, List<uint> groups)
    {
        foreach (GroupEntry entry in entries)
        {
            if (Array.IndexOf(entry.Members, name) >= 0) { AddOnce(groups, InRange(entry.Gid)); }
        }
    }

    private static void AddOnce(List<uint> groups, uint gid)
    {
        if (!groups.Contains(gid)) { groups.Add(gid); }
    }

    // Digits alone make a number; "1 " or "+1" is a name (and will not be found).
    private static uint? Number(string text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c)) { return null; }
        }

        if (text.Length == 0) { return null; }
        return ulong.TryParse(text, out ulong value) && value <= MaxId ? (uint)value : throw OutOfRange();
    }

    private static uint InRange(uint id) => id <= MaxId ? id : throw OutOfRange();

    private static EngineException OutOfRange() => Unknown("uids and gids must be in range 0-2147483647", null);

    private static EngineException Unknown(string problem, string? remedy) => new(ErrorCode.InvalidArgument, problem, remedy);

    private static byte[]? Read(IRootfsFiles files, string path)
    {
        try
        {
            return files.TryRead(path, AccountFile.MaxBytes);
        }
        catch (InvalidDataException e)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"the image's {path} cannot be used: {e.Message}", "run with a numeric user of an image whose file is intact", e);
        }
    }
}
