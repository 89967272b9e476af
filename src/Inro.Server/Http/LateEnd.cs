using System.IO.Pipelines;

namespace Inro.Server.Http;

/// <summary>What a client sends, with its end told after its last bytes and never with them.</summary>
/// <remarks>
/// HTTP takes a body that comes together with the end of the client's sending for one that is cut short, even if it is whole, and
/// answers nothing. So the end is told when it is read for once more.
/// </remarks>
internal sealed class LateEnd(PipeReader inner) : PipeReader
{
    private System.Buffers.ReadOnlySequence<byte> last;

    /// <summary>Bytes that the reader has seen and left; -1: it has not seen all.</summary>
    private long seen;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Take(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        bool has = inner.TryRead(out result);
        if (has) { result = Take(result); }

        return has;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        seen = last.Slice(examined).IsEmpty ? last.Slice(consumed).Length : -1;
        last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Take(ReadResult result)
    {
        last = result.Buffer;
        return result.IsCompleted && result.Buffer.Length > Math.Max(seen, 0) ? new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false) : result;
    }
}
