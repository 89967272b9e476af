namespace Inro.Engine.Health;

/// <summary>What the health check of a container found. The numbers are stored.</summary>
public enum HealthState
{
    /// <summary>It has no check, or does not run.</summary>
    None,

    /// <summary>Not enough was seen yet.</summary>
    Starting,

    /// <summary>The last check went well.</summary>
    Healthy,

    /// <summary>As many checks in a row failed as its configuration says.</summary>
    Unhealthy,
}
