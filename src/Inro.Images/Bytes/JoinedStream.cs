namespace Inro.Images.Bytes;

/// <summary>One stream and then another, which is opened when the first has ended.</summary>
/// <param name="first">Closed with this one.</param>
/// <param name="openSecond">Opens the other, which is closed with this one too.</param>
internal sealed class JoinedStream(Stream first, Func<Stream> openSecond) : ReadOnlyStream
{
    private Stream? second;

    public override int Read(Span<byte> buffer)
    {
        if (second is not null) { return second.Read(buffer); }

        int count = first.Read(buffer);
        if (count > 0 || buffer.IsEmpty) { return count; }

        second = openSecond();
        return second.Read(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            first.Dispose();
            second?.Dispose();
        }

        base.Dispose(disposing);
    }
}
