namespace Inro.Engine.Shim;

/// <summary>Where a container stands, as its shim sees it.</summary>
public enum ShimState
{
    /// <summary>Its first process runs.</summary>
    Running,

    /// <summary>It ended and the shim saw how.</summary>
    Exited,

    /// <summary>It ended while no shim watched: exit code and time are not known.</summary>
    Unknown,
}
