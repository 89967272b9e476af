using Inro.Images.Bytes;

namespace Inro.Images.Copies;

/// <summary>A stream whose failure somebody else wants to know of: who reads it may tell it as one of his own.</summary>
/// <param name="open">Opens the bytes at the first read.</param>
/// <param name="note">Told of what goes wrong.</param>
internal sealed class NotingStream(Func<Stream> open, Action<Exception> note) : ReadOnlyStream
{
    private Stream? inner;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            inner ??= open();
            return inner.Read(buffer);
        }
        catch (Exception failure)
        {
            note(failure);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) { inner?.Dispose(); }

        base.Dispose(disposing);
    }
}
