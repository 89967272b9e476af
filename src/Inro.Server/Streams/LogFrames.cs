using System.Text;
using Inro.Engine.Logs;
using Inro.Spec;

namespace Inro.Server.Streams;

/// <summary>Sends log records: a frame each, or, of a terminal, their bytes.</summary>
/// <param name="output">Where to.</param>
/// <param name="isTerminal">No frames.</param>
/// <param name="withTimes">Each line begins with its time.</param>
/// <param name="before">What stands before each line, after the time.</param>
internal sealed class LogFrames(Stream output, bool isTerminal, bool withTimes, string before)
{
    private byte[] frame = new byte[StreamFrame.HeadBytes + LogRecord.MaxPieceBytes + 128];
    private int length;
    private LogStream stream = LogStream.Stdout;
    private bool continuesLine;

    /// <summary>Sends all that the logs have now.</summary>
    public void WriteAll(MergedLogs logs)
    {
        bool wrote = false;
        while (logs.TryRead(out LogRecord record, out _))
        {
            Write(record);
            wrote = true;
        }

        if (wrote) { output.Flush(); }
    }

    private void Write(in LogRecord record)
    {
        bool isNewLine = !continuesLine || record.Stream != stream;
        stream = record.Stream;
        continuesLine = record.IsPartial;
        length = isTerminal ? 0 : StreamFrame.HeadBytes;
        if (isNewLine && withTimes) { Put(Encoding.ASCII.GetBytes(Rfc3339.Format(record.TimeNanoseconds) + " ")); }

        if (isNewLine && before.Length > 0) { Put(Encoding.UTF8.GetBytes(before)); }

        Put(record.Bytes.Span);
        if (!record.IsPartial) { Put("\n"u8); }

        if (!isTerminal) { StreamFrame.WriteHead(frame, stream == LogStream.Stderr ? StreamFrame.Stderr : StreamFrame.Stdout, length - StreamFrame.HeadBytes); }

        output.Write(frame.AsSpan(0, length));
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > frame.Length) { Array.Resize(ref frame, (length + bytes.Length) * 2); }

        bytes.CopyTo(frame.AsSpan(length));
        length += bytes.Length;
    }
}
