using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>How a tree is written as an archive.</summary>
public sealed record WriteRules
{
    /// <summary>A tree that stands still, as it is.</summary>
    public static WriteRules Plain { get; } = new();

    /// <summary>Ids of a user namespace; null: as they are seen.</summary>
    public IdTranslation? Ids { get; init; }

    /// <summary>Whether what is mounted in the tree is written too; otherwise an empty directory stands for it. What is the kernel's own (proc, sysfs, cgroups …) never is.</summary>
    public bool CrossesMounts { get; init; }

    /// <summary>Whether others write in the tree meanwhile: what goes is left out, and a file that becomes shorter is filled up with zeros.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether nobody else than the caller and the host's root write in the tree: files are opened by their names, and looked at afterwards.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether names in an archive's root begin with <c>./</c>: docker's client puts another name in the place of that point.</summary>
    public bool ShowsDot { get; init; }

    /// <summary>Paths that are left out, with all below them: without slashes at the ends, as they stand in the archive. Null: none.</summary>
    public Func<byte[], FileStatus, bool>? LeavesOut { get; init; }
}
