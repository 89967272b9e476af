using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>An image where it is copied from: one document, and what that names. Closed by who made it.</summary>
public abstract class CopySource : IImageDocuments, IDisposable
{
    private protected CopySource()
    {
    }

    /// <summary>What errors call this place.</summary>
    public abstract string Name { get; }

    /// <summary>The index or manifest that is copied.</summary>
    internal abstract RegistryDocument Target { get; }

    /// <summary>An index, a manifest or a config, whole, its size and digest compared with the descriptor's.</summary>
    internal abstract byte[] Read(Descriptor descriptor, int maxBytes);

    /// <summary>Any blob, layer or not; its bytes are not yet compared with the digest.</summary>
    internal abstract LayerOrigin FindLayer(Descriptor descriptor);

    /// <summary>A repository of that registry which is likely to have the blob, or null.</summary>
    internal virtual string? RepositoryAt(RegistryHost host, Digest blob) => null;

    /// <summary>What refers to a manifest here.</summary>
    internal virtual IReadOnlyList<Descriptor> Referrers(Digest subject) => [];

    byte[] IImageDocuments.Read(Descriptor descriptor, int maxBytes) => Read(descriptor, maxBytes);

    LayerOrigin IImageDocuments.FindLayer(Descriptor descriptor) => FindLayer(descriptor);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private protected virtual void Close()
    {
    }
}
