using Inro.Images.Content;

namespace Inro.Images.Transfers;

/// <summary>Where a layer's stored bytes come from: a file of an archive, or a registry.</summary>
internal abstract class LayerOrigin
{
    /// <summary>Number of the stored bytes.</summary>
    public abstract long Size { get; }

    /// <summary>Set where the bytes are in the store already, complete and hashed, but not yet visible.</summary>
    public virtual BlobIngest? Spooled => null;

    /// <summary>True where getting the bytes costs more than writing them: what has come is then kept when the transfer fails.</summary>
    public virtual bool IsRemote => false;

    /// <summary>The stored bytes, from a place on. Read once, front to back.</summary>
    public abstract Stream Open(long from = 0);
}
