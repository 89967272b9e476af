using Inro.Engine.Health;

namespace Inro.Engine.Containers;

/// <summary>One container as lists show it: what one read of one table gives.</summary>
/// <remarks>Times are nanoseconds since 1970 UTC; 0 means never. JSON parts are as stored: read them only where they are shown.</remarks>
public sealed record ContainerSummary
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Without the slash.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required ContainerState State { get; init; }

    /// <summary>The image as it was typed.</summary>
    public required string Image { get; init; }

    /// <summary>Config digest of the image.</summary>
    public required string ImageId { get; init; }

    /// <summary>Entry point and arguments: a JSON list of strings.</summary>
    public required string ArgumentsJson { get; init; }

    /// <summary>Time of creation.</summary>
    public required long CreatedNanoseconds { get; init; }

    /// <summary>Time of the last start.</summary>
    public long StartedNanoseconds { get; init; }

    /// <summary>Time of the last end.</summary>
    public long FinishedNanoseconds { get; init; }

    /// <summary>Status of the last end; null where nobody saw it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>Labels, the image's included: a JSON object of strings, or empty.</summary>
    public required string LabelsJson { get; init; }

    /// <summary>Names of volumes and sources of binds, joined by commas.</summary>
    public required string Mounts { get; init; }

    /// <summary>What its health check found.</summary>
    public HealthState Health { get; init; }

    /// <summary>The boot in which <see cref="State"/> was written.</summary>
    internal string BootId { get; init; } = "";
}
