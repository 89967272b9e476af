namespace Inro.Linux.Capabilities;

/// <summary>A name stands for no capability that this program knows.</summary>
public sealed class UnknownCapabilityException(string name) : FormatException($"unknown capability: \"{name}\"")
{
    /// <summary>The name as it was given.</summary>
    public string Name { get; } = name;
}
