using System.Globalization;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;

namespace Inro.Engine.Rootless;

/// <summary>Who an ordinary user is, and which ids the user may map.</summary>
public sealed record UserIdentity
{
    /// <summary>The user's id on the host.</summary>
    public required uint User { get; init; }

    /// <summary>The user's group on the host.</summary>
    public required uint Group { get; init; }

    /// <summary>Ids beside the user's own.</summary>
    public required SubordinateIds UserRange { get; init; }

    /// <summary>Group ids beside the user's own group.</summary>
    public required SubordinateIds GroupRange { get; init; }

    /// <summary>0 is the user, 1 and up are the user's further ids.</summary>
    public IReadOnlyList<IdMapping> UserMappings => [new(0, User, 1), new(1, UserRange.Start, UserRange.Count)];

    /// <summary>The same for groups.</summary>
    public IReadOnlyList<IdMapping> GroupMappings => [new(0, Group, 1), new(1, GroupRange.Start, GroupRange.Count)];

    /// <summary>The calling user, from /etc/passwd, /etc/subuid and /etc/subgid.</summary>
    /// <exception cref="EngineException">PreconditionFailed: the user owns no subordinate ids.</exception>
    public static UserIdentity OfCaller()
    {
        uint user = EffectiveIds.User;
        string? name = NameOf(user);
        return new UserIdentity
        {
            User = user,
            Group = EffectiveIds.Group,
            UserRange = SubordinateIds.Of("/etc/subuid", name, user) ?? throw NoIds(name, user, "/etc/subuid"),
            GroupRange = SubordinateIds.Of("/etc/subgid", name, user) ?? throw NoIds(name, user, "/etc/subgid"),
        };
    }

    private static string? NameOf(uint user)
    {
        string number = user.ToString(CultureInfo.InvariantCulture);
        foreach (string line in File.ReadLines("/etc/passwd"))
        {
            string[] parts = line.Split(':');
            if (parts.Length >= 3 && parts[2] == number) { return parts[0]; }
        }

        return null;
    }

    private static EngineException NoIds(string? name, uint user, string file)
    {
        string who = name ?? user.ToString(CultureInfo.InvariantCulture);
        return new EngineException(
            ErrorCode.PreconditionFailed,
            $"user {who} owns no ids in {file}, so the users of an image could not be told apart",
            $"sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {who}");
    }
}
