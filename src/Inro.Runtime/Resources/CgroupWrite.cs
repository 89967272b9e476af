namespace Inro.Runtime.Resources;

/// <summary>One value to write into a file of a cgroup.</summary>
/// <param name="Location">Index into the plan's locations.</param>
/// <param name="File">Name of the file.</param>
/// <param name="Value">What is written, in one call.</param>
public sealed record CgroupWrite(int Location, string File, string Value)
{
    /// <summary>The field of config.json that asks for it, for messages.</summary>
    public required string Field { get; init; }

    /// <summary>A file that takes the value where <see cref="File"/> is absent (an older or a newer kernel's name).</summary>
    public string? OtherFile { get; init; }

    /// <summary>The value for <see cref="OtherFile"/> when it differs.</summary>
    public string? OtherValue { get; init; }

    /// <summary>Whether it is no error that the kernel has neither file.</summary>
    public bool MayBeAbsent { get; init; }
}
