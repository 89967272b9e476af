using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>Compresses one rotated file: pieces of whole records, then the index. Runs in a process of its own beside the shim.</summary>
public static class LogPacker
{
    private const int LeastPieceBytes = 256 * 1024;
    private const int CopyBytes = 64 * 1024;
    private const string Subject = "log";

    /// <summary>Writes the compressed form of one file into another and flushes it to the disk.</summary>
    /// <param name="source">A rotated file; stays the caller's.</param>
    /// <param name="target">An empty file; stays the caller's.</param>
    /// <param name="driver">Whose records they are.</param>
    /// <returns>False: there is no record in it.</returns>
    public static bool Pack(SafeFileHandle source, SafeFileHandle target, LogDriver driver)
    {
        ILogEncoding encoding = LogEncodings.For(driver) ?? throw new InvalidOperationException("a driver without files");
        PackedLogFormat format = PackedLogFormat.Of(driver);
        FileStatus status = FileDescriptor.Status(source, Subject);
        using var records = new LogSegment(new PlainLog(new SafeFileHandle(source.DangerousGetHandle(), ownsHandle: false), encoding), encoding);
        using var output = new FileStream(new SafeFileHandle(target.DangerousGetHandle(), ownsHandle: false), FileAccess.Write, bufferSize: 0);
        long pieceBytes = Math.Max(LeastPieceBytes, (status.Size / PackedLogIndex.MaxPieces) + LogRecord.MaxPieceBytes);
        List<PackedLogIndex.Piece> pieces = [];
        (long? first, long latest) = (null, long.MinValue);
        while (pieces.Count < PackedLogIndex.MaxPieces)
        {
            long start = records.Offset;
            while (records.Offset - start < pieceBytes && records.TryRead(out LogRecord record))
            {
                first ??= record.TimeNanoseconds;
                latest = Math.Max(latest, record.TimeNanoseconds);
            }

            if (records.Offset == start) { break; }

            long at = output.Position;
            Copy(source, start, records.Offset - start, format, output);
            pieces.Add(new PackedLogIndex.Piece(at, output.Position - at, start, records.Offset - start, latest));
        }

        if (first is null) { return false; }

        byte[] index = new PackedLogIndex { Identity = new LogIdentity(status.Inode, first.Value), Pieces = pieces }.Encode();
        output.Write(format.BeforeIndex(index.Length));
        output.Write(index);
        output.Write(format.AfterIndex);
        FileDescriptor.Flush(target, Subject); // before it can replace the plain file
        return true;
    }

    private static void Copy(SafeFileHandle source, long start, long length, PackedLogFormat format, Stream target)
    {
        using Stream packed = format.Pack(target);
        byte[] buffer = new byte[CopyBytes];
        while (length > 0)
        {
            int count = FileDescriptor.ReadAt(source, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length)), start, Subject);
            if (count == 0) { throw new InvalidDataException("the log became shorter while it was compressed"); }

            packed.Write(buffer, 0, count);
            start += count;
            length -= count;
        }
    }
}
