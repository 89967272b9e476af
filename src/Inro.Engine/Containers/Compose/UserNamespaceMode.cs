using System.Globalization;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>What <c>--userns</c> means: <c>host</c>, <c>private</c>, <c>auto[:size=N,uidmapping=C:H:N,gidmapping=C:H:N]</c>, <c>keep-id[:uid=N,gid=N]</c>.</summary>
/// <remarks>Source: podman-run(1), --userns.</remarks>
internal sealed record UserNamespaceMode
{
    private const uint MostIds = 1u << 30;
    private const int MaxForced = 300; // the kernel takes 340 lines, and each of these may cut another one in two

    /// <summary>The mode in which the configuration says the ids that <c>--uidmap</c> and <c>--gidmap</c> gave: <c>map:uidmapping=C:H:N,…,gidmapping=C:H:N</c>.</summary>
    public const string GivenIds = "map";

    /// <summary>The host's, or for an ordinary user the user's own.</summary>
    public static UserNamespaceMode Host { get; } = new();

    /// <summary>The container gets a range of host ids that no other one has.</summary>
    public bool TakesRange { get; private init; }

    /// <summary>An ordinary user's container in which that user has the same id.</summary>
    public bool KeepsId { get; private init; }

    /// <summary>The ids that the user gave one by one; null: none.</summary>
    public IdMappings? Given => isGiven ? new IdMappings(Users, Groups.Count > 0 ? Groups : Users) : null;

    private bool isGiven;

    /// <summary>How many ids a range has.</summary>
    public uint Size { get; private init; } = IdRangePool.RangeSize;

    /// <summary>The user's id inside with <see cref="KeepsId"/>; null: as outside.</summary>
    public uint? User { get; private init; }

    /// <summary>The same for the group.</summary>
    public uint? Group { get; private init; }

    private List<IdMapping> Users { get; } = [];

    private List<IdMapping> Groups { get; } = [];

    /// <summary>Reads it.</summary>
    /// <param name="mode">As typed; null: the default.</param>
    /// <param name="isRootful">False for an ordinary user, whose containers are all in the user's own namespace.</param>
    /// <exception cref="EngineException">InvalidArgument: no such mode. NotImplemented: it is not for this user.</exception>
    public static UserNamespaceMode Parse(string? mode, bool isRootful)
    {
        string text = mode ?? "";
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? text : text[..colon];
        string[] options = colon < 0 ? [] : text[(colon + 1)..].Split(',');
        switch (kind)
        {
            case "" or "host" when options.Length == 0:
                return Host;
            case "auto" or "private" when !isRootful:
                throw new EngineException(
                    ErrorCode.NotImplemented,
                    $"--userns {kind} is for root: the kernel maps the ids of layers for nobody else",
                    "leave it out: every container of an ordinary user is in the user's own namespace, and its root is that user outside; keep-id gives it the user's own id");
            case "private" when options.Length == 0:
                return new UserNamespaceMode { TakesRange = true };
            case "auto":
                return options.Aggregate(new UserNamespaceMode { TakesRange = true }, (made, option) => made.WithAuto(option, text));
            case GivenIds when !isRootful:
                throw new EngineException(ErrorCode.NotImplemented, "--uidmap and --gidmap are for root: the kernel maps the ids of layers for nobody else", "--userns keep-id:uid=N,gid=N chooses the user's own id");
            case GivenIds:
                UserNamespaceMode given = options.Aggregate(new UserNamespaceMode { isGiven = true }, (made, option) => made.WithAuto(option, text));
                return given.Users.Count > 0 && given.Size == IdRangePool.RangeSize ? given : throw Invalid(text);
            case "keep-id" when isRootful:
                throw new EngineException(ErrorCode.InvalidArgument, "keep-id is only supported in rootless mode", "leave it out: root has id 0 inside anyway; or use --userns auto");
            case "keep-id":
                return options.Aggregate(new UserNamespaceMode { KeepsId = true }, (made, option) => made.WithKept(option, text));
            default:
                throw new EngineException(ErrorCode.InvalidArgument, $"invalid user mode: {mode}", "give host, private, auto or keep-id");
        }
    }

    /// <summary>A range's ids, with those that were asked for by number in their places.</summary>
    public IdMappings Of(IdMappings range) => new(Cut(range.Users, Users), Cut(range.Groups, Groups));

    private UserNamespaceMode WithAuto(string option, string text)
    {
        (string name, string value) = Split(option, text);
        switch (name)
        {
            case "size":
                return this with { Size = Number(value, text) is > 0 and <= MostIds and var size ? size : throw Invalid(text) };
            case "uidmapping":
                AddForced(Users, value, text);
                return this;
            case "gidmapping":
                AddForced(Groups, value, text);
                return this;
            default:
                throw Invalid(text);
        }
    }

    private UserNamespaceMode WithKept(string option, string text)
    {
        (string name, string value) = Split(option, text);
        return name switch
        {
            "uid" => this with { User = Number(value, text) },
            "gid" => this with { Group = Number(value, text) },
            _ => throw Invalid(text),
        };
    }

    private static void AddForced(List<IdMapping> forced, string value, string text)
    {
        string[] parts = value.Split(':');
        if (parts.Length is not (2 or 3) || forced.Count == MaxForced) { throw Invalid(text); }

        IdMapping added = new(Number(parts[0], text), Number(parts[1], text), parts.Length == 3 ? Number(parts[2], text) : 1);
        bool isWhole = added.Size > 0 && (long)added.ContainerId + added.Size <= int.MaxValue && (long)added.HostId + added.Size <= uint.MaxValue;
        if (!isWhole || forced.Exists(f => Overlap(f.ContainerId, f.Size, added.ContainerId, added.Size) || Overlap(f.HostId, f.Size, added.HostId, added.Size))) { throw Invalid(text); }

        forced.Add(added);
    }

    // What is forced takes the place of ids of the range; those are nobody's then.
    private static List<IdMapping> Cut(IReadOnlyList<IdMapping> range, List<IdMapping> forced)
    {
        List<IdMapping> made = [.. range];
        foreach (IdMapping hole in forced)
        {
            List<IdMapping> left = [];
            foreach (IdMapping part in made)
            {
                if (!Overlap(part.ContainerId, part.Size, hole.ContainerId, hole.Size))
                {
                    left.Add(part);
                    continue;
                }

                uint end = part.ContainerId + part.Size;
                uint after = hole.ContainerId + hole.Size;
                if (hole.ContainerId > part.ContainerId) { left.Add(part with { Size = hole.ContainerId - part.ContainerId }); }
                if (after < end) { left.Add(new IdMapping(after, part.HostId + (after - part.ContainerId), end - after)); }
            }

            made = left;
        }

        made.AddRange(forced);
        made.Sort(static (a, b) => a.ContainerId.CompareTo(b.ContainerId));
        return made;
    }

    private static bool Overlap(uint a, uint sizeOfA, uint b, uint sizeOfB) => (long)a < (long)b + sizeOfB && (long)b < (long)a + sizeOfA;

    private static (string Name, string Value) Split(string option, string text)
    {
        int equals = option.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (option[..equals], option[(equals + 1)..]) : throw Invalid(text);
    }

    private static uint Number(string text, string whole) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number <= int.MaxValue ? number : throw Invalid(whole);

    private static EngineException Invalid(string text) => new(
        ErrorCode.InvalidArgument,
        $"invalid user mode: {text}",
        "write auto:size=65536,uidmapping=CONTAINER:HOST:SIZE,gidmapping=CONTAINER:HOST:SIZE with ids that do not overlap, or keep-id:uid=1000,gid=1000");
}
