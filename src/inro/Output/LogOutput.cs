using System.Text;
using Inro.Engine.Logs;
using Inro.Linux.Descriptors;
using Inro.Spec;

namespace Inro.Cli.Output;

/// <summary>Prints log records to the stream that they were written to, with one write for a run of records of one stream.</summary>
internal sealed class LogOutput(bool withTimes)
{
    private const int FlushBytes = 64 * 1024;

    private readonly System.Buffers.ArrayBufferWriter<byte> pending = new();
    private LogStream stream = LogStream.Stdout;
    private bool continuesLine;

    /// <summary>Prints all that the reader has now.</summary>
    public void WriteAll(LogReader reader)
    {
        while (reader.TryRead(out LogRecord record)) { Write(record); }

        Flush();
    }

    private void Write(in LogRecord record)
    {
        if (record.Stream != stream || pending.WrittenCount > FlushBytes) { Flush(); }

        bool isNewLine = !continuesLine || record.Stream != stream;
        stream = record.Stream;
        if (withTimes && isNewLine) { System.Buffers.BuffersExtensions.Write(pending, Encoding.ASCII.GetBytes(Rfc3339.Format(record.TimeNanoseconds) + " ")); }

        System.Buffers.BuffersExtensions.Write(pending, record.Bytes.Span);
        if (!record.IsPartial) { System.Buffers.BuffersExtensions.Write(pending, "\n"u8); }

        continuesLine = record.IsPartial;
    }

    private void Flush()
    {
        StandardStreams.Write(stream == LogStream.Stderr ? StandardStreams.Error : StandardStreams.Output, pending.WrittenSpan);
        pending.ResetWrittenCount();
    }
}
