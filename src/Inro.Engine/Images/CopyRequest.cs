using Inro.Engine.Registries;
using Inro.Images.Copies;
using Inro.Images.Transfers;

namespace Inro.Engine.Images;

/// <summary>A copy that is wanted.</summary>
public sealed record CopyRequest
{
    /// <summary>Where the image is.</summary>
    public required CopyLocation Source { get; init; }

    /// <summary>Where it goes.</summary>
    public required CopyLocation Destination { get; init; }

    /// <summary>How much, for which platform, in whose words.</summary>
    public required CopyOptions Options { get; init; }

    /// <summary>How registries are asked for it.</summary>
    public required RegistryAccess SourceAccess { get; init; }

    /// <summary>How registries are given it.</summary>
    public required RegistryAccess DestinationAccess { get; init; }

    /// <summary>Told how far it is, from several threads; null: nobody.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
