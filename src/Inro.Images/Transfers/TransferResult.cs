using Inro.Images.Layers;
using Inro.Spec;

namespace Inro.Images.Transfers;

/// <summary>What a load has brought.</summary>
public sealed record TransferResult
{
    /// <summary>One row for each name, and one for each image without a name.</summary>
    public required IReadOnlyList<ImageRecord> Images { get; init; }

    /// <summary>Layers unpacked now; the others were there.</summary>
    public required int NewLayers { get; init; }

    /// <summary>Devices left out for want of privilege.</summary>
    public long SkippedDevices { get; init; }

    /// <summary>Attributes that the file system or the want of privilege did not allow.</summary>
    public long SkippedAttributes { get; init; }
}

/// <summary>What happens to a layer.</summary>
public enum TransferStep
{
    /// <summary>Its turn comes.</summary>
    Waiting,

    /// <summary>Its bytes come, and are unpacked as they do.</summary>
    Moving,

    /// <summary>It is unpacked, or given.</summary>
    Done,

    /// <summary>It was there.</summary>
    Exists,

    /// <summary>The registry took it from another repository of its own.</summary>
    Mounted,
}

/// <summary>How far a layer of a transfer is.</summary>
/// <param name="Layer">Which: digest of the stored bytes, or of the plain ones where that is not known.</param>
/// <param name="Step">What happens to it.</param>
/// <param name="BytesDone">Stored bytes of it read so far.</param>
/// <param name="Bytes">Stored bytes of it in all.</param>
public sealed record TransferProgress(Digest Layer, TransferStep Step, long BytesDone, long Bytes);

/// <summary>How to take images in.</summary>
public sealed record TransferOptions
{
    /// <summary>Which of several manifests of one image is wanted.</summary>
    public Platform Platform { get; init; } = Platform.Host;

    /// <summary>Whether an image that is for another platform is refused, where an archive has no choice.</summary>
    public bool RefusesOthers { get; init; }

    /// <summary>Privilege.</summary>
    public LayerOptions Layers { get; init; } = LayerOptions.Privileged;

    /// <summary>Layers taken at once. Two keep two processors busy; more only helps with many, or with a network that is slower than they.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 4);

    /// <summary>How long to wait for a collection of garbage that is running.</summary>
    public TimeSpan LockDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Called at each step with its name; what it throws fails the load there. For tests of what a failure or a kill leaves.</summary>
    public Action<string>? AtStep { get; init; }
}
