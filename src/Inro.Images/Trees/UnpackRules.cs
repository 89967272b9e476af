using Inro.Images.Layers;

namespace Inro.Images.Trees;

/// <summary>How an archive becomes files.</summary>
public sealed record UnpackRules
{
    /// <summary>Whom everything belongs to, as the archive counts ids; null: whom the archive says.</summary>
    public (uint User, uint Group)? Owner { get; init; }

    /// <summary>False leaves everything to the calling user, whatever <see cref="Owner"/> says.</summary>
    public bool SetsOwners { get; init; } = true;

    /// <summary>Ids of a user namespace; null: as they are.</summary>
    public IdTranslation? Ids { get; init; }

    /// <summary>Whether a directory may be replaced by something else, and the other way round. Other things that are there are always replaced.</summary>
    public bool Overwrites { get; init; }

    /// <summary>Whether the directory that it is unpacked into gets the owner, mode and times of the archive's own root entry.</summary>
    public bool DressesRoot { get; init; }

    /// <summary>False for root of a user namespace: devices are left out, and refusals of system attributes are taken.</summary>
    public bool IsPrivileged { get; init; } = true;
}

/// <summary>What unpacking has come to.</summary>
/// <param name="Entries">Entries read.</param>
/// <param name="SizeBytes">Bytes of content of the files.</param>
/// <param name="SkippedDevices">Devices left out for want of privilege.</param>
public sealed record UnpackedTree(long Entries, long SizeBytes, long SkippedDevices);
