using System.Text;
using Inro.Engine.Logs;
using Inro.Linux.Descriptors;
using Inro.Spec;

namespace Inro.Cli.Output;

/// <summary>Prints log records to the stream that they were written to, with one write for a run of records of one stream.</summary>
/// <param name="withTimes">Each line begins with its time.</param>
/// <param name="before">What stands before each line of each container, after the time.</param>
internal sealed class LogOutput(bool withTimes, IReadOnlyList<string> before)
{
    private const int FlushBytes = 64 * 1024;

    private readonly System.Buffers.ArrayBufferWriter<byte> pending = new();
    private LogStream stream = LogStream.Stdout;
    private bool continuesLine;

    /// <summary>Prints all that the logs have now.</summary>
    public void WriteAll(MergedLogs logs)
    {
        while (logs.TryRead(out LogRecord record, out int index)) { Write(record, before[index]); }

        Flush();
    }

    private void Write(in LogRecord record, string prefix)
    {
        if (record.Stream != stream || pending.WrittenCount > FlushBytes) { Flush(); }

        bool isNewLine = !continuesLine || record.Stream != stream;
        stream = record.Stream;
        if (isNewLine)
        {
            if (withTimes) { Put(Encoding.ASCII.GetBytes(Rfc3339.Format(record.TimeNanoseconds) + " ")); }

            if (prefix.Length > 0) { Put(Encoding.UTF8.GetBytes(prefix)); }
        }

        Put(record.Bytes.Span);
        if (!record.IsPartial) { Put("\n"u8); }

        continuesLine = record.IsPartial;
    }

    private void Put(ReadOnlySpan<byte> bytes) => System.Buffers.BuffersExtensions.Write(pending, bytes);

    private void Flush()
    {
        StandardStreams.Write(stream == LogStream.Stderr ? StandardStreams.Error : StandardStreams.Output, pending.WrittenSpan);
        pending.ResetWrittenCount();
    }
}
