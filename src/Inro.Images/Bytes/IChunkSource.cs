namespace Inro.Images.Bytes;

/// <summary>Bytes that come in pieces owned by the source, so that nothing copies them on the way.</summary>
public interface IChunkSource : IDisposable
{
    /// <summary>The next piece, valid until the next call; empty at the end. A piece is never empty before the end.</summary>
    ReadOnlyMemory<byte> Next();
}
