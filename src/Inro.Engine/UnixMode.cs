namespace Inro.Engine;

/// <summary>Permission bits that are used in more than one place.</summary>
internal static class UnixMode
{
    /// <summary>0700.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>0711: a container's root may walk through to what it was given.</summary>
    public const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>0755.</summary>
    public const UnixFileMode Readable = Passable | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}
