namespace Inro.Engine.Devices;

/// <summary>Devices that somebody else describes: <c>--gpus</c>, and <c>--device</c> by a CDI name. Docker's DeviceRequest.</summary>
public sealed record DeviceDemand
{
    /// <summary>The driver of CDI names.</summary>
    public const string Cdi = "cdi";

    /// <summary><c>cdi</c>, <c>nvidia</c>, <c>amd</c>; empty: whichever has the capabilities.</summary>
    public string Driver { get; init; } = "";

    /// <summary>How many; -1: all; 0: those of <see cref="Ids"/>.</summary>
    public int Count { get; init; }

    /// <summary>Which: CDI names, or a driver's own names of its devices.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>What they must be able to do: <c>gpu</c>, <c>compute</c>, …</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
}
