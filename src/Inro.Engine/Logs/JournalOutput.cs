using System.Buffers;
using System.Globalization;
using Inro.Linux;
using Inro.Linux.Memory;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>Lines into the host's journal, each as one datagram with docker's fields; waits where the journal is slow.</summary>
/// <remarks>An entry too large for a datagram goes as a sealed file. When the journal is started anew it is reached again at the next line.</remarks>
internal sealed class JournalOutput : ILogOutput
{
    private readonly string socketPath;
    private readonly byte[] fields;
    private readonly ArrayBufferWriter<byte> entry = new();
    private readonly PartialLine stdout = new();
    private readonly PartialLine stderr = new();
    private SeqPacketSocket socket;

    /// <summary>Reaches the journal.</summary>
    /// <exception cref="LinuxException">Nobody listens there.</exception>
    public JournalOutput(LogSettings settings, string socketPath = Journal.SocketPath)
    {
        this.socketPath = socketPath;
        foreach ((string name, string value) in settings.Attributes) { JournalEntry.Field(entry, name, value); }

        JournalEntry.Field(entry, "CONTAINER_LOG_EPOCH", KernelRandom.Hex(32));
        fields = entry.WrittenSpan.ToArray();
        socket = SeqPacketSocket.ConnectDatagram(socketPath);
    }

    /// <summary>Whether each entry gets a field of that name here.</summary>
    public static bool IsOwn(string field) =>
        field is "MESSAGE" or "PRIORITY" or "SYSLOG_TIMESTAMP" or "CONTAINER_LOG_EPOCH" || field.StartsWith("CONTAINER_PARTIAL_", StringComparison.Ordinal);

    /// <inheritdoc/>
    public long BytesLost { get; private set; }

    /// <inheritdoc/>
    public long BytesWritten { get; private set; }

    /// <inheritdoc/>
    public void Put(LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes, long timeNanoseconds)
    {
        Span<byte> time = stackalloc byte[Rfc3339.MaxTextBytes];
        entry.ResetWrittenCount();
        JournalEntry.Field(entry, "MESSAGE"u8, bytes);
        JournalEntry.Field(entry, "PRIORITY"u8, stream == LogStream.Stderr ? "3"u8 : "6"u8);
        JournalEntry.Field(entry, "SYSLOG_TIMESTAMP"u8, time[..Rfc3339.Format(timeNanoseconds, time)]);
        (stream == LogStream.Stderr ? stderr : stdout).Describe(entry, isPartial);
        entry.Write(fields);
        if (TrySend()) { BytesWritten += bytes.Length + 1; }
        else { BytesLost += bytes.Length + 1; }
    }

    /// <inheritdoc/>
    public void Flush()
    {
    }

    /// <inheritdoc/>
    public void Finish()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private bool TrySend()
    {
        try
        {
            Send();
            return true;
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ECONNREFUSED or Errno.ENOTCONN or Errno.EPIPE) { return TryReach(); }
        catch (LinuxException) { return false; }
    }

    private bool TryReach()
    {
        try
        {
            SeqPacketSocket next = SeqPacketSocket.ConnectDatagram(socketPath);
            socket.Dispose();
            socket = next;
            Send();
            return true;
        }
        catch (LinuxException) { return false; }
    }

    private void Send()
    {
        try { socket.Send(entry.WrittenSpan); }
        catch (LinuxException large) when (large.Errno is Errno.EMSGSIZE or Errno.ENOBUFS)
        {
            using SafeFileHandle file = MemoryFile.CreateSealed("journal-entry", executable: false, entry.WrittenSpan);
            socket.Send([], descriptors: [file]);
        }
    }

    /// <summary>A line that goes as several entries has one name for all of them.</summary>
    private sealed class PartialLine
    {
        private string? id;
        private int ordinal;

        public void Describe(IBufferWriter<byte> entry, bool isPartial)
        {
            if (!isPartial && id is null) { return; }

            id ??= KernelRandom.Hex(32);
            if (isPartial) { JournalEntry.Field(entry, "CONTAINER_PARTIAL_MESSAGE", "true"); }

            JournalEntry.Field(entry, "CONTAINER_PARTIAL_ID", id);
            JournalEntry.Field(entry, "CONTAINER_PARTIAL_ORDINAL", (++ordinal).ToString(CultureInfo.InvariantCulture));
            JournalEntry.Field(entry, "CONTAINER_PARTIAL_LAST", isPartial ? "false" : "true");
            if (!isPartial) { (id, ordinal) = (null, 0); }
        }
    }
}
