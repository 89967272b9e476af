namespace Inro.Runtime.Resources;

/// <summary>A limit, a cgroup or a filter cannot be had as it was asked for.</summary>
public sealed class ResourceException(string problem, string? remedy = null, Exception? cause = null) : IOException(problem, cause)
{
    /// <summary>What the user may do about it, or null.</summary>
    public string? Remedy { get; } = remedy;
}
