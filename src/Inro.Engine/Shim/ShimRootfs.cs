namespace Inro.Engine.Shim;

/// <summary>A snapshot's mount as shim.json carries it: names relative to <see cref="Directory"/>.</summary>
public sealed record ShimRootfs
{
    /// <summary>Absolute path of the directory that the names are relative to.</summary>
    public required string Directory { get; init; }

    /// <summary>Lower layers, topmost first.</summary>
    public required IReadOnlyList<string> Lower { get; init; }

    /// <summary>Writable layer; null: a read-only view.</summary>
    public string? Upper { get; init; }

    /// <summary>overlayfs' work directory; null with <see cref="Upper"/>.</summary>
    public string? Work { get; init; }
}
