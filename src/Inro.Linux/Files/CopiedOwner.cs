namespace Inro.Linux.Files;

/// <summary>Whom a copy belongs to.</summary>
/// <param name="User">Its owner.</param>
/// <param name="Group">Its group.</param>
/// <param name="IsForeign">Whether the original's owner cannot be kept: set-id bits and capabilities would then speak for somebody else, and are left out.</param>
public readonly record struct CopiedOwner(uint User, uint Group, bool IsForeign = false)
{
    /// <summary>The original's own.</summary>
    public static CopiedOwner Same(in FileStatus original) => new(original.UserId, original.GroupId);
}
