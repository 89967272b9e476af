using System.Buffers.Binary;
using System.Text;
using Inro.Engine.Logs;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.Tests.Engine.Logs;

/// <summary>What is sent to the journal, at a socket of the test's own, and what is read of its export.</summary>
public sealed class JournalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("inro-journal");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_line_is_one_datagram_with_its_fields()
    {
        using SeqPacketSocket journal = SeqPacketSocket.BindDatagram(SocketPath);
        using JournalOutput output = Output(new() { ["CONTAINER_NAME"] = "web" });
        output.Put(LogStream.Stderr, isPartial: false, "hello"u8, 1_700_000_000_000_000_006);

        string[] lines = Encoding.UTF8.GetString(Receive(journal)).TrimEnd('\n').Split('\n');

        Assert.Equal(["MESSAGE=hello", "PRIORITY=3", "SYSLOG_TIMESTAMP=2023-11-14T22:13:20.000000006Z", "CONTAINER_NAME=web"], lines[..4]);
        Assert.Matches("^CONTAINER_LOG_EPOCH=[0-9a-f]{64}$", lines[4]);
        Assert.Equal((5, 0), (lines.Length, output.BytesLost));
    }

    [Fact]
    public void A_value_with_a_newline_is_sent_by_its_length()
    {
        using SeqPacketSocket journal = SeqPacketSocket.BindDatagram(SocketPath);
        using JournalOutput output = Output(new() { ["NOTE"] = "a\nb" });
        output.Put(LogStream.Stdout, isPartial: false, "x"u8, 1);

        string entry = Encoding.Latin1.GetString(Receive(journal));

        Assert.Contains("\nNOTE\n\u0003\0\0\0\0\0\0\0a\nb\n", entry, StringComparison.Ordinal);
    }

    [Fact]
    public void Pieces_of_a_long_line_say_that_they_belong_together()
    {
        using SeqPacketSocket journal = SeqPacketSocket.BindDatagram(SocketPath);
        using JournalOutput output = Output([]);
        output.Put(LogStream.Stdout, isPartial: true, "first"u8, 1);
        output.Put(LogStream.Stdout, isPartial: false, "second"u8, 2);
        output.Put(LogStream.Stdout, isPartial: false, "other"u8, 3);

        string[] entries = [.. Enumerable.Range(0, 3).Select(_ => Encoding.UTF8.GetString(Receive(journal)))];

        Assert.Contains("\nCONTAINER_PARTIAL_MESSAGE=true\n", entries[0], StringComparison.Ordinal);
        Assert.Contains("\nCONTAINER_PARTIAL_ORDINAL=2\nCONTAINER_PARTIAL_LAST=true\n", entries[1], StringComparison.Ordinal);
        Assert.DoesNotContain("PARTIAL_MESSAGE", entries[1], StringComparison.Ordinal);
        Assert.DoesNotContain("PARTIAL", entries[2], StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_too_large_for_a_datagram_comes_as_a_file()
    {
        using SeqPacketSocket journal = SeqPacketSocket.BindDatagram(SocketPath);
        using JournalOutput output = Output(new() { ["BIG"] = new string('x', 4_000_000) });
        output.Put(LogStream.Stdout, isPartial: false, "hello"u8, 1);

        List<SafeFileHandle> files = [];
        journal.Receive(new byte[1], Patience, files);

        using SafeFileHandle file = Assert.Single(files);
        byte[] head = new byte[14];
        RandomAccess.Read(file, head, 0);
        Assert.Equal("MESSAGE=hello\n", Encoding.UTF8.GetString(head));
        Assert.InRange(RandomAccess.GetLength(file), 4_000_000, 4_001_000);
    }

    [Fact]
    public void A_journal_that_was_started_anew_is_reached_again()
    {
        SeqPacketSocket first = SeqPacketSocket.BindDatagram(SocketPath);
        using JournalOutput output = Output([]);
        first.Dispose();
        output.Put(LogStream.Stdout, isPartial: false, "lost"u8, 1);
        File.Delete(SocketPath);
        using SeqPacketSocket second = SeqPacketSocket.BindDatagram(SocketPath);
        output.Put(LogStream.Stdout, isPartial: false, "kept"u8, 2);

        Assert.StartsWith("MESSAGE=kept\n", Encoding.UTF8.GetString(Receive(second)), StringComparison.Ordinal);
        Assert.Equal(5, output.BytesLost);
    }

    [Fact]
    public void Entries_of_an_export_are_records()
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, 3);
        byte[] export =
        [
            .. "__CURSOR=c1\n__REALTIME_TIMESTAMP=1700000000000001\nMESSAGE=one\nPRIORITY=3\nSYSLOG_TIMESTAMP=2023-11-14T22:13:20.000000006Z\n\n"u8,
            .. "__CURSOR=c2\n_BOOT_ID=x\n\n__CURSOR=c3\n__REALTIME_TIMESTAMP=5\nPRIORITY=6\nCONTAINER_PARTIAL_MESSAGE=true\nMESSAGE\n"u8, .. length, .. "a\nb\n\n"u8,
        ];

        List<(long, LogStream, bool, string, string?)> read = ReadExport(export);

        Assert.Equal([(1_700_000_000_000_000_006, LogStream.Stderr, false, "one", "c1"), (5000, LogStream.Stdout, true, "a\nb", "c3")], read);
    }

    [Fact]
    public void What_is_too_large_is_passed_over_and_hides_nothing_behind_it()
    {
        byte[] huge = new byte[2 << 20];
        huge.AsSpan().Fill((byte)'x');
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, huge.Length);
        byte[] export =
        [
            .. "__CURSOR=c1\nPRIORITY=3\nCONTAINER_PARTIAL_MESSAGE=true\nMESSAGE\n"u8, .. length, .. huge, .. "\n\n"u8,
            .. "__CURSOR=c2\nPRIORITY=3\nMESSAGE="u8, .. huge, .. "\n\n"u8,
            .. "__CURSOR=c3\n__REALTIME_TIMESTAMP=5\nMESSAGE=kept\n\n"u8,
        ];

        Assert.Equal([(5000, LogStream.Stdout, false, "kept", "c3")], ReadExport(export));
    }

    [Theory]
    [InlineData("MESSAGE\n\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fxx\n\n")]
    [InlineData("MESSAGE\n\u0001\0")]
    [InlineData("nonsense")]
    [InlineData("\n\n\n")]
    public void A_hostile_export_ends_the_reading(string export) => Assert.Empty(ReadExport(Encoding.Latin1.GetBytes(export)));

    private string SocketPath => directory.FullName + "/socket";

    private JournalOutput Output(Dictionary<string, string> fields) =>
        new(new LogSettings { Driver = LogDriver.Journald, Path = "", Attributes = fields }, SocketPath);

    private static byte[] Receive(SeqPacketSocket journal)
    {
        byte[] buffer = new byte[64 * 1024];
        return buffer[..journal.Receive(buffer, Patience)];
    }

    private static List<(long, LogStream, bool, string, string?)> ReadExport(byte[] export)
    {
        using PipeEnds pipe = Descriptor.Pipe();
        Task writing = Task.Run(() => // a pipe holds less than a large one
        {
            try { FileDescriptor.WriteAll(pipe.Write, export, "export"); }
            catch (LinuxException) { /* it was not read to its end */ }

            pipe.Write.Dispose();
        });
        List<(long, LogStream, bool, string, string?)> read = [];
        using (JournalExport entries = new(Descriptor.Duplicate(pipe.Read)))
        {
            pipe.Read.Dispose();
            while (entries.TryRead(out LogRecord record, out string? cursor)) { read.Add((record.TimeNanoseconds, record.Stream, record.IsPartial, Encoding.UTF8.GetString(record.Bytes.Span), cursor)); }
        }

        writing.GetAwaiter().GetResult();
        return read;
    }
}
