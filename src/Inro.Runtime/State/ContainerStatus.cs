namespace Inro.Runtime.State;

/// <summary>Where a container is in its life.</summary>
public enum ContainerStatus
{
    /// <summary>Its process is being made.</summary>
    Creating,

    /// <summary>Its process waits at the gate.</summary>
    Created,

    /// <summary>Its program runs.</summary>
    Running,

    /// <summary>Its processes stand still.</summary>
    Paused,

    /// <summary>Its process has ended.</summary>
    Stopped,
}
