using Inro.Spec.Image;

namespace Inro.Images.Transfers;

/// <summary>The documents and layers of images, by their descriptors, wherever they are.</summary>
internal interface IImageDocuments
{
    /// <summary>What errors call this place: <c>the archive</c>, <c>registry.example/app</c>.</summary>
    string Name { get; }

    /// <summary>An index, a manifest or a config, whole, its size and digest compared with the descriptor's.</summary>
    byte[] Read(Descriptor descriptor, int maxBytes);

    /// <summary>Where a layer's bytes come from. Asked for layers that the store lacks only.</summary>
    LayerOrigin FindLayer(Descriptor descriptor);
}
