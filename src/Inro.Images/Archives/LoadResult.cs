using Inro.Images.Layers;
using Inro.Spec;

namespace Inro.Images.Archives;

/// <summary>What a load has brought.</summary>
public sealed record LoadResult
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

/// <summary>How far a load is.</summary>
/// <param name="DiffId">Which layer.</param>
/// <param name="Layer">Its place among those to unpack, from 1.</param>
/// <param name="Layers">How many there are to unpack.</param>
/// <param name="BytesDone">Stored bytes of it read so far.</param>
/// <param name="Bytes">Stored bytes of it in all.</param>
public sealed record LoadProgress(Digest DiffId, int Layer, int Layers, long BytesDone, long Bytes);

/// <summary>How to load.</summary>
public sealed record LoadOptions
{
    /// <summary>Which of several manifests of one image is wanted.</summary>
    public Platform Platform { get; init; } = Platform.Host;

    /// <summary>Privilege.</summary>
    public LayerOptions Layers { get; init; } = LayerOptions.Privileged;

    /// <summary>Layers unpacked at once. Two keep two processors busy; more only helps with many.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 4);

    /// <summary>How long to wait for a collection of garbage that is running.</summary>
    public TimeSpan LockDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Called at each step with its name; what it throws fails the load there. For tests of what a failure or a kill leaves.</summary>
    public Action<string>? AtStep { get; init; }
}
