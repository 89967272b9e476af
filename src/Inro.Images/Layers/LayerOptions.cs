namespace Inro.Images.Layers;

/// <summary>How layers become directories.</summary>
public sealed record LayerOptions
{
    /// <summary>For root.</summary>
    public static LayerOptions Privileged { get; } = new();

    /// <summary>For root of a user namespace: attributes that need no privilege, devices are left out.</summary>
    public static LayerOptions InUserNamespace { get; } = new() { IsPrivileged = false };

    /// <summary>False uses <c>user.overlay.*</c> in the place of <c>trusted.overlay.*</c>, leaves devices out and takes refusals of system attributes.</summary>
    public bool IsPrivileged { get; init; } = true;

    /// <summary>False gives every file to the calling user, for one who has no other ids.</summary>
    public bool KeepOwners { get; init; } = true;

    /// <summary>True applies a layer to a tree that holds those below already: what it takes away is removed there, and nothing is marked for overlayfs.</summary>
    public bool IntoTree { get; init; }

    /// <summary>True takes names that mean something to layers (<c>.wh.x</c>) for names like all others.</summary>
    public bool IsVerbatim { get; init; }
}
