using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>The file that is written now, and the older ones behind it. All names of a log are changed here and nowhere else.</summary>
internal sealed class LogFile : IDisposable
{
    private const uint Mode = 0x1a0; // 0640

    private readonly LogSettings settings;
    private readonly ILogEncoding encoding;
    private SafeFileHandle current;
    private long size;
    private long lastMark = -1;
    private long latest = long.MinValue;

    public LogFile(LogSettings settings, ILogEncoding encoding)
    {
        this.settings = settings;
        this.encoding = encoding;
        current = OpenCurrent(settings.Path);
        size = FileDescriptor.Status(current, settings.Path).Size;
        if (size > 0) { GoOn(); }

        Packing = settings.IsCompressed ? new LogPacking(settings) : null;
    }

    public long BytesLost { get; private set; }

    public long BytesWritten { get; private set; }

    /// <summary>What is to be compressed; null: nothing ever is.</summary>
    public LogPacking? Packing { get; }

    /// <summary>Appends a batch of whole records; rotates first where it would not fit.</summary>
    /// <param name="batch">The records.</param>
    /// <param name="latestTime">Latest time of them.</param>
    public void Write(ReadOnlySpan<byte> batch, long latestTime)
    {
        if (size > 0 && size + batch.Length > settings.MaxFileBytes) { TryRotate(); }
        else if (encoding.HasMarks && size - Math.Max(lastMark, 0) >= LogMark.EveryBytes) { WriteMark(); }

        latest = Math.Max(latest, latestTime);
        if (TryAppend(batch)) { BytesWritten += batch.Length; }
        else { BytesLost += batch.Length; }
    }

    public void Dispose()
    {
        Packing?.Abandon();
        current.Dispose();
    }

    private void WriteMark()
    {
        Span<byte> mark = stackalloc byte[LogMark.MaxBytes];
        long at = size;
        if (TryAppend(mark[..encoding.EncodeMark(mark, new LogMark(0, lastMark, latest))])) { lastMark = at; }
    }

    // Half a record would make what follows unreadable: back to the end of the last whole batch.
    private bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        for (ReadOnlySpan<byte> rest = bytes; rest.Length > 0;)
        {
            int taken = Descriptor.Write(current, rest);
            if (taken <= 0)
            {
                CutBack(bytes.Length - rest.Length);
                return false;
            }

            rest = rest[taken..];
        }

        size += bytes.Length;
        return true;
    }

    private void CutBack(int written)
    {
        if (written == 0) { return; }

        try { FileDescriptor.SetLength(current, size, settings.Path); }
        catch (LinuxException) { size += written; }
    }

    private void TryRotate()
    {
        try { Rotate(); }
        catch (LinuxException) { /* the directory is full or gone: the current file goes on, larger than wanted, and loses nothing */ }
    }

    private void Rotate()
    {
        if (settings.MaxFiles <= 1)
        {
            FileDescriptor.SetLength(current, 0, settings.Path);
            Begin();
            return;
        }

        // Made before anything is moved: each attempt without it would push the oldest file out.
        SafeFileHandle next = OpenCurrent(LogNames.Next(settings));
        try
        {
            for (int age = settings.MaxFiles - 1; age > 0; age--) { Move(age); }

            Descriptor.Rename(LogNames.Next(settings), settings.Path);
        }
        catch
        {
            next.Dispose();
            throw;
        }

        current.Dispose();
        current = next;
        Begin();
        Packing?.OnRotated();
    }

    // One file has one name of each age: what it replaces goes, compressed or not.
    private void Move(int age)
    {
        if (age > 1 && Descriptor.Rename(LogNames.Packed(settings, age - 1), LogNames.Packed(settings, age)))
        {
            Descriptor.Unlink(LogNames.Plain(settings, age));
        }

        if (Descriptor.Rename(LogNames.Plain(settings, age - 1), LogNames.Plain(settings, age)))
        {
            Descriptor.Unlink(LogNames.Packed(settings, age));
        }
    }

    private void Begin()
    {
        size = 0;
        lastMark = -1;
        latest = long.MinValue;
    }

    // What another shim wrote: half a record at its end is cut off, and its marks are gone on with.
    private void GoOn()
    {
        using PlainLog? written = PlainLog.TryOpen(settings.Path, encoding);
        if (written is null) { return; }

        using var records = new LogSegment(written, encoding);
        while (records.TryRead(out LogRecord record)) { latest = Math.Max(latest, record.TimeNanoseconds); }

        if (records.Offset != size)
        {
            FileDescriptor.SetLength(current, records.Offset, settings.Path);
            size = records.Offset;
        }

        if (encoding.HasMarks && LogSeek.LastMark(written, encoding, size) is { } mark) { lastMark = mark.Offset; }
    }

    private static SafeFileHandle OpenCurrent(string path) =>
        Descriptor.Open(path, OpenFlags.Write | OpenFlags.Append | OpenFlags.Create, Mode);
}
