using Inro.Linux;

namespace Inro.Runtime.Launch;

/// <summary>A part of the launch that has a name of its own: it emits its operations and knows what helps when one fails.</summary>
/// <remarks>What it makes outside the launched process it registers with <see cref="LaunchBuilder.Undo"/> while it emits.</remarks>
public interface ILaunchStep
{
    /// <summary>Short and in lower case; the list of operations is grouped by it.</summary>
    string Name { get; }

    /// <summary>Appends the operations. Changes nothing outside the builder, so that a launch can be explained without being run.</summary>
    void Emit(LaunchBuilder builder);

    /// <summary>What a person can do about <paramref name="errno"/> at one of this step's operations, or null.</summary>
    string? Remedy(LaunchOperation operation, Errno errno) => null;
}
