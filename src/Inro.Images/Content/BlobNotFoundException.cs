using Inro.Spec;

namespace Inro.Images.Content;

/// <summary>A blob that something refers to is not in the store.</summary>
public sealed class BlobNotFoundException(Digest digest) : IOException($"blob {digest} is not in the store")
{
    /// <summary>Which.</summary>
    public Digest Digest { get; } = digest;
}
