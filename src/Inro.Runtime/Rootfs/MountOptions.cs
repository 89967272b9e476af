using Inro.Linux.Mounts;

namespace Inro.Runtime.Rootfs;

/// <summary>The options of one mount, sorted by what they are for.</summary>
public sealed record MountOptions
{
    /// <summary>Attributes to set on the mount itself.</summary>
    public MountAttributes Set { get; private init; }

    /// <summary>Attributes to take off the mount itself; for a bind mount these differ from those that are merely not set.</summary>
    public MountAttributes Clear { get; private init; }

    /// <summary>Attributes to set on the mount and all below (<c>rro</c>, …).</summary>
    public MountAttributes SetBelow { get; private init; }

    /// <summary>Attributes to take off the mount and all below.</summary>
    public MountAttributes ClearBelow { get; private init; }

    /// <summary>Whether the source is bound instead of a file system made.</summary>
    public bool IsBind { get; private init; }

    /// <summary>Whether the mounts below the source come with it.</summary>
    public bool IsRecursive { get; private init; }

    /// <summary>Propagation type and whether it holds below; <see cref="MountFlags.None"/> leaves the default.</summary>
    public MountFlags Propagation { get; private init; }

    /// <summary>Options of the file system, in order, as <c>name</c> or <c>name=value</c>.</summary>
    public IReadOnlyList<string> Data { get; private init; } = [];

    /// <summary>Ids are mapped: by the mount's own mappings, or the container's where it has none.</summary>
    public bool IsIdMapped { get; private init; }

    /// <summary>Ids of the mounts below are mapped too.</summary>
    public bool IsIdMappedBelow { get; private init; }

    /// <summary>What is at the destination is copied into the new tmpfs first.</summary>
    public bool CopiesUp { get; private init; }

    /// <summary>Sorts the options.</summary>
    public static MountOptions Parse(IReadOnlyList<string> options, bool isBindType)
    {
        MountAttributes set = 0, clear = 0, setBelow = 0, clearBelow = 0;
        MountFlags propagation = 0;
        bool bind = isBindType, recursive = false, idmap = false, ridmap = false, copyUp = false;
        List<string>? data = null;
        foreach (string option in options)
        {
            if (MountOptionTable.TryAttribute(option, out MountAttributes on, out MountAttributes off))
            {
                (set, clear) = ((set & ~off) | on, (clear & ~on) | off);
            }
            else if (option.StartsWith('r') && MountOptionTable.TryAttribute(option.AsSpan(1), out on, out off))
            {
                (setBelow, clearBelow) = ((setBelow & ~off) | on, (clearBelow & ~on) | off);
            }
            else if (MountOptionTable.Propagation(option) is var type && type != MountFlags.None) { propagation = type; }
            else if (option is "bind") { bind = true; }
            else if (option is "rbind") { (bind, recursive) = (true, true); }
            else if (option is "idmap") { idmap = true; }
            else if (option is "ridmap") { (idmap, ridmap) = (true, true); }
            else if (option is "tmpcopyup") { copyUp = true; }
            else if (option is "defaults" or "remount" or "auto" or "noauto" or "user" or "nouser" or "") { continue; }
            else { (data ??= []).Add(option); }
        }

        return new MountOptions
        {
            Set = set, Clear = clear & ~set, SetBelow = setBelow, ClearBelow = clearBelow & ~setBelow, IsBind = bind, IsRecursive = recursive,
            Propagation = propagation, Data = data ?? (IReadOnlyList<string>)[], IsIdMapped = idmap, IsIdMappedBelow = ridmap, CopiesUp = copyUp,
        };
    }
}
