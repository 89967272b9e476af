namespace Inro.Engine.Images;

/// <summary>One image as the database has it.</summary>
public sealed record ImageSummary
{
    /// <summary>Digest of its config: <c>sha256:…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Digest of its manifest: <c>sha256:…</c>.</summary>
    public required string ManifestDigest { get; init; }

    /// <summary>Full references that name it (<c>docker.io/library/busybox:latest</c>), sorted.</summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>What those of the references that came from a registry stand for there, by the reference: <c>sha256:…</c> of an index or a manifest.</summary>
    public IReadOnlyDictionary<string, string> Targets { get; init; } = new Dictionary<string, string>();

    /// <summary>Nanoseconds since 1970 UTC, as its config says; 0 where it says nothing.</summary>
    public required long CreatedNanoseconds { get; init; }

    /// <summary>Bytes of its layers, unpacked.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Chain id of its top layer, or empty for an image without layers.</summary>
    public required string ChainId { get; init; }

    /// <summary>Nanoseconds since 1970 UTC of its last use: it came, got a name, or a container was made of it. 0 where that was not asked for.</summary>
    public long UsedNanoseconds { get; init; }

    /// <summary>Whether it stays whatever a policy says. False where that was not asked for.</summary>
    public bool IsPinned { get; init; }

    /// <summary>The digest that people know a reference by: its registry's, or that of the manifest here.</summary>
    /// <param name="reference">One of <see cref="References"/>.</param>
    public string DigestOf(string reference) => Targets.GetValueOrDefault(reference, ManifestDigest);
}

/// <summary>One image that an archive held.</summary>
/// <param name="Id">Config digest.</param>
/// <param name="References">The names it got, in familiar form; empty where the archive gave none.</param>
public sealed record LoadedImage(string Id, IReadOnlyList<string> References);
