namespace Inro.Images.Bytes;

/// <summary>Another stream whose progress somebody wants to see, every few megabytes.</summary>
/// <param name="inner">Closed with this one.</param>
/// <param name="report">Told the number of bytes read so far.</param>
internal sealed class WatchedStream(Stream inner, Action<long> report) : ReadOnlyStream
{
    private const long StepBytes = 4 << 20;

    private long done;
    private long reported;

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        done += count;
        bool due = done - reported >= StepBytes || (count == 0 && done != reported);
        if (due)
        {
            reported = done;
            report(done);
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) { inner.Dispose(); }

        base.Dispose(disposing);
    }
}
