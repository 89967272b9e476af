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
    private readonly MemoryStream frame = new();
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
        frame.SetLength(isTerminal ? 0 : StreamFrame.HeadBytes);
        frame.Position = frame.Length;
        if (isNewLine && withTimes) { frame.Write(Encoding.ASCII.GetBytes(Rfc3339.Format(record.TimeNanoseconds) + " ")); }

        if (isNewLine && before.Length > 0) { frame.Write(Encoding.UTF8.GetBytes(before)); }

        frame.Write(record.Bytes.Span);
        if (!record.IsPartial) { frame.WriteByte((byte)'\n'); }

        Span<byte> bytes = frame.GetBuffer().AsSpan(0, (int)frame.Length);
        if (!isTerminal) { StreamFrame.WriteHead(bytes, stream == LogStream.Stderr ? StreamFrame.Stderr : StreamFrame.Stdout, bytes.Length - StreamFrame.HeadBytes); }

        output.Write(bytes);
    }
}
