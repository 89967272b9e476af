using Inro.Images.Registry;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>
/// Where an image is copied to: blobs first, then the documents that name them, the target last, then <see cref="Commit"/>. Nothing of it is seen
/// before that by who looks for the image. Closed by who made it.
/// </summary>
public abstract class CopyDestination : IDisposable
{
    private protected CopyDestination()
    {
    }

    /// <summary>What errors call this place.</summary>
    public abstract string Name { get; }

    /// <summary>Blobs that may be given at once.</summary>
    internal virtual int BlobsAtOnce => 4;

    /// <summary>Whether a blob whose bytes turned out to be wrong can be given again.</summary>
    internal virtual bool TakesAgain => true;

    /// <summary>Whether it compares digests itself: bytes are then hashed here only once it has refused them.</summary>
    internal virtual bool Verifies => false;

    /// <summary>Whether readers of this place expect OCI's documents and no others.</summary>
    internal virtual bool WantsOci => false;

    /// <summary>Whether it can hold a choice by platform.</summary>
    internal virtual bool TakesIndexes => true;

    /// <summary>Whether it can hold what refers to an image.</summary>
    internal virtual bool TakesReferrers => false;

    /// <summary>The registry that it is at; null elsewhere.</summary>
    internal virtual RegistryHost? Host => null;

    /// <summary>Whether the blob is there, with the right bytes as far as this place can tell.</summary>
    internal abstract bool Has(Descriptor blob, CancellationToken ct);

    /// <summary>Gives a blob.</summary>
    /// <returns>True where the place took it from another repository of its own.</returns>
    internal abstract bool Put(CopiedBlob blob, CancellationToken ct);

    /// <summary>Gives an index or a manifest.</summary>
    internal abstract void PutDocument(RegistryDocument document, DocumentRole role, CancellationToken ct);

    /// <summary>Makes everything count.</summary>
    internal virtual void Commit()
    {
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private protected virtual void Close()
    {
    }
}

/// <summary>A blob on its way.</summary>
/// <param name="Descriptor">Which.</param>
/// <param name="Open">Its bytes from a place on; reading them to their end fails where they are not those of the digest, unless the place <see cref="CopyDestination.Verifies"/>.</param>
/// <param name="MountFrom">Another repository of the destination's registry that is likely to have it, or null.</param>
internal sealed record CopiedBlob(Descriptor Descriptor, Func<long, Stream> Open, string? MountFrom);

/// <summary>What an index or manifest is to the image that is copied.</summary>
internal enum DocumentRole
{
    /// <summary>A choice of the target.</summary>
    Part,

    /// <summary>What the image's name stands for.</summary>
    Target,

    /// <summary>What refers to one of the others.</summary>
    Referrer,
}
