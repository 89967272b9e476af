using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Inro.Linux.Descriptors;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>Reads entries in the journal's export format. Whoever may write to the journal may have made them: what is too large is passed over.</summary>
/// <remarks>Source: systemd, "Journal Export Format". A field is <c>NAME=value</c>, or its name, a newline, a length (8, little-endian), the value.</remarks>
internal sealed class JournalExport : IDisposable
{
    private const int MaxLineBytes = 64 * 1024;
    private const int MaxValueBytes = 1024 * 1024;
    private const int NanosecondsPerMicrosecond = 1000;

    private readonly SafeFileHandle source;
    private readonly byte[] buffer = new byte[MaxLineBytes];
    private int start;
    private int filled;
    private byte[] message = [];
    private bool isFound;
    private bool isPartial;
    private LogStream stream;
    private long time;
    private string? cursor;

    /// <summary>Reads to the end of a pipe; owns it.</summary>
    public JournalExport(SafeFileHandle source) => this.source = source;

    /// <summary>The next entry; false: there is no other.</summary>
    /// <param name="record">Valid until the next call.</param>
    /// <param name="at">What names its place in the journal.</param>
    public bool TryRead(out LogRecord record, out string? at)
    {
        (record, at) = (default, null);
        Begin();
        while (TryReadLine(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty && isFound) { break; }

            if (line.IsEmpty) // an entry without a message
            {
                Begin();
                continue;
            }

            int equals = line.IndexOf((byte)'=');
            if (equals >= 0) { Take(line[..equals], line[(equals + 1)..]); }
            else if (!TryTakeLong(Encoding.ASCII.GetString(line))) { return false; }
        }

        (record, at) = (new LogRecord(time, stream, isPartial, message), cursor);
        return isFound;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private void Begin() => (message, isFound, isPartial, stream, time, cursor) = ([], false, false, LogStream.Stdout, 0, null);

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("MESSAGE"u8)) { (message, isFound) = (value.ToArray(), true); }
        else if (name.SequenceEqual("PRIORITY"u8)) { stream = value.SequenceEqual("3"u8) ? LogStream.Stderr : LogStream.Stdout; }
        else if (name.SequenceEqual("CONTAINER_PARTIAL_MESSAGE"u8)) { isPartial = value.SequenceEqual("true"u8); }
        else if (name.SequenceEqual("__CURSOR"u8)) { cursor = Encoding.ASCII.GetString(value); }
        else if (name.SequenceEqual("SYSLOG_TIMESTAMP"u8) && Rfc3339.TryParse(value, out long sent)) { time = sent; }
        else if (name.SequenceEqual("__REALTIME_TIMESTAMP"u8) && time == 0 && long.TryParse(value, CultureInfo.InvariantCulture, out long received)) { time = received * NanosecondsPerMicrosecond; }
    }

    private bool TryTakeLong(string name)
    {
        Span<byte> head = stackalloc byte[8];
        if (!TryFill(head)) { return false; }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (length > MaxValueBytes) { return TrySkip(length) && TrySkip(1); }

        byte[] value = new byte[length];
        if (!TryFill(value) || !TryFill(head[..1])) { return false; }

        Take(Encoding.ASCII.GetBytes(name), value);
        return true;
    }

    private bool TrySkip(ulong count)
    {
        while (count > 0)
        {
            if (start == filled && !TryReceive()) { return false; }

            int skipped = (int)Math.Min(count, (ulong)(filled - start));
            start += skipped;
            count -= (ulong)skipped;
        }

        return true;
    }

    private bool TryFill(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (start == filled && !TryReceive()) { return false; }

            int count = Math.Min(target.Length, filled - start);
            buffer.AsSpan(start, count).CopyTo(target);
            start += count;
            target = target[count..];
        }

        return true;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        bool isTooLong = false;
        for (; ; )
        {
            int length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = buffer.AsSpan(start, length);
                start += length + 1;
                if (!isTooLong) { return true; }

                isTooLong = false; // that was its end
                continue;
            }

            if (filled - start == buffer.Length) { (start, isTooLong) = (filled, true); }

            if (!TryReceive()) { return false; }
        }
    }

    private bool TryReceive()
    {
        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        (filled, start) = (filled - start, 0);
        int count = Descriptor.Read(source, buffer.AsSpan(filled));
        if (count > 0) { filled += count; }

        return count > 0;
    }
}
