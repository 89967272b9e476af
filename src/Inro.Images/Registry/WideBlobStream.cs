using System.Buffers;
using System.Diagnostics;
using Inro.Images.Bytes;

namespace Inro.Images.Registry;

/// <summary>
/// A big blob's bytes in order, fetched over several connections where one alone is slow: pieces ahead of the reader are fetched into memory. To who
/// reads it is one stream, so that the hash and the part that is kept after a break are as with one connection.
/// </summary>
/// <remarks>
/// The first piece is asked for as a part. A registry that gives the whole then knows no parts, and the whole is read. A line that is fast
/// with one connection keeps one: then the unpacking is what takes the time.
/// </remarks>
/// <param name="open">The bytes from a place to another.</param>
/// <param name="extra">Connections that may be had besides this stream's own; shared with other blobs.</param>
/// <param name="size">The blob's length in bytes.</param>
/// <param name="from">First byte that is wanted.</param>
/// <param name="ct">Ends it.</param>
internal sealed class WideBlobStream(Func<long, long, CancellationToken, BlobStream> open, SemaphoreSlim extra, long size, long from, CancellationToken ct) : ReadOnlyStream
{
    /// <summary>A blob of which less is left comes over one connection.</summary>
    public const long LeastBytes = 32 << 20;

    private const int PieceBytes = 4 << 20;
    private const int MostPieces = 4; // ahead of the reader
    private const double FastBytesPerSecond = 48 << 20; // as much as one core inflates, roughly

    private readonly Queue<Piece> pieces = [];
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
    private BlobStream? line;
    private Piece? piece;
    private int given; // of the piece
    private long next = from; // first byte that nobody was asked for
    private long waited; // ticks of the stopwatch, for the first piece
    private bool isClosed;
    private bool isWide;
    private bool isAlone; // one connection to the end

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) { return 0; }

        while (true)
        {
            ct.ThrowIfCancellationRequested();
            int count = piece is not null ? FromPiece(buffer) : line is not null ? FromLine(buffer) : 0;
            if (count > 0) { return count; }

            if (piece is null && line is null && !Begin()) { return 0; }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isClosed)
        {
            isClosed = true;
            stop.Cancel(); // a piece that is not wanted any more is not asked for again
            line?.Dispose();
            piece?.Abandon();
            foreach (Piece ahead in pieces) { ahead.Abandon(); }

            pieces.Clear();
            piece = null;
            line = null;
            stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private int FromLine(Span<byte> buffer)
    {
        long began = Stopwatch.GetTimestamp();
        int count = line!.Read(buffer); // asked only where there is one
        waited += Stopwatch.GetTimestamp() - began;
        if (!isWide && !isAlone && count > 0 && !line.IsPart)
        {
            line.Extend();
            next = size;
            isAlone = true;
        }

        if (count > 0) { return count; }

        line.Dispose();
        line = null;
        bool isFirst = !isWide && !isAlone;
        if (isFirst)
        {
            isAlone = PieceBytes / Math.Max(waited / (double)Stopwatch.Frequency, 1e-6) >= FastBytesPerSecond;
            isWide = !isAlone;
        }

        return 0;
    }

    private int FromPiece(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, piece!.Length - given); // asked only where there is one
        piece.Bytes.AsSpan(given, count).CopyTo(buffer);
        given += count;
        if (given < piece.Length) { return count; }

        piece.Abandon();
        piece = null;
        return count;
    }

    /// <summary>The next bytes: a piece that is on its way, or a connection of this thread's own. False at the end.</summary>
    private bool Begin()
    {
        if (isWide) { FetchAhead(); }

        if (pieces.TryDequeue(out piece))
        {
            given = 0;
            FetchAhead();
            piece.Wait();
            return true;
        }

        if (next >= size) { return false; }

        long end = isAlone ? size : Math.Min(next + PieceBytes, size);
        line = open(next, end, stop.Token);
        next = end;
        return true;
    }

    private void FetchAhead()
    {
        while (pieces.Count < MostPieces && next < size && extra.Wait(0, CancellationToken.None))
        {
            long end = Math.Min(next + PieceBytes, size);
            pieces.Enqueue(new Piece(open(next, end, stop.Token), (int)(end - next), extra));
            next = end;
        }
    }

    /// <summary>A part of the blob on its way into memory, by a thread of its own.</summary>
    private sealed class Piece
    {
        private readonly BlobStream source;
        private readonly Task fetched;

        public Piece(BlobStream source, int length, SemaphoreSlim extra)
        {
            this.source = source;
            Length = length;
            Bytes = ArrayPool<byte>.Shared.Rent(length);
            fetched = Task.Factory.StartNew(() => Fetch(extra), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public byte[] Bytes { get; }

        public int Length { get; }

        /// <summary>Waits until it is there, or throws why it is not.</summary>
        public void Wait() => fetched.GetAwaiter().GetResult();

        /// <summary>Nobody wants it any more. What is still being fetched ends with its connection, and its memory is not used again.</summary>
        public void Abandon()
        {
            if (fetched.IsCompletedSuccessfully) { ArrayPool<byte>.Shared.Return(Bytes); }
            else { _ = fetched.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default); }

            source.Dispose();
        }

        private void Fetch(SemaphoreSlim extra)
        {
            try
            {
                source.ReadExactly(Bytes, 0, Length);
                source.Dispose();
            }
            finally { Release(extra); }
        }

        private static void Release(SemaphoreSlim extra)
        {
            try { extra.Release(); }
            catch (ObjectDisposedException)
            {
                // the whole transfer is over
            }
        }
    }
}
