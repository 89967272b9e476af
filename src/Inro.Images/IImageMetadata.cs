using Inro.Spec;

namespace Inro.Images;

/// <summary>What the image store remembers besides files: which snapshot holds which layer, and which names stand for which image.</summary>
/// <remarks>
/// Every method is one transaction and may be called from several threads and processes at once. Directories and blobs that
/// no row knows are garbage: they are left by a kill and removed by <c>SnapshotStore.RemoveUnknown</c> and
/// <c>ContentStore.RemoveUnknown</c>. All implementations pass one test suite.
/// </remarks>
public interface IImageMetadata
{
    /// <summary>A number for a new snapshot, never given before. It is known from now on only if a row that names it follows.</summary>
    long TakeSnapshotNumber();

    /// <summary>The layer of that chain ID, or null.</summary>
    LayerRecord? FindLayer(Digest chainId);

    /// <summary>The snapshots of that chain ID and of all below it, the topmost first; null where the chain is not complete.</summary>
    IReadOnlyList<long>? FindChain(Digest chainId);

    /// <summary>The image of a canonical reference, or null.</summary>
    ImageRecord? FindImage(string reference);

    /// <summary>All images, in the order of their references; those without a name last.</summary>
    IReadOnlyList<ImageRecord> ListImages();

    /// <summary>
    /// Records layers and images at once. A reference that stood for another image moves; the other image stays without a name if it
    /// has no other. A layer that is already there stays as it was: look at <see cref="FindLayer"/> afterwards to learn who was first.
    /// </summary>
    void Commit(IReadOnlyList<LayerRecord> layers, IReadOnlyList<ImageRecord> images);

    /// <summary>Keeps blobs from being taken for garbage for a time, before an image has them: what an interrupted pull has fetched.</summary>
    /// <param name="owner">Whose they are; a second call adds to the first.</param>
    /// <param name="blobs">Which.</param>
    /// <param name="duration">How long from now on.</param>
    void Lease(string owner, IReadOnlyCollection<Digest> blobs, TimeSpan duration);

    /// <summary>Gives up what an owner has leased.</summary>
    void EndLease(string owner);

    /// <summary>Takes one row away: by its reference, or, where that is null, the row without a name of that manifest. False if there was none.</summary>
    bool RemoveImage(string? reference, Digest manifest);

    /// <summary>Takes the rows of layers away that no image's chain and no container needs, and returns them.</summary>
    IReadOnlyList<LayerRecord> RemoveUnusedLayers();

    /// <summary>Numbers of all snapshots that a row names: layers, and the active ones of containers.</summary>
    IReadOnlySet<long> KnownSnapshots();

    /// <summary>Digests of all blobs that an image or a lease needs.</summary>
    IReadOnlySet<Digest> KnownBlobs();
}
