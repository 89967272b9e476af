using System.Text;
using Inro.Engine.Logs;
using Xunit;

namespace Inro.Tests.Engine.Logs;

/// <summary>The mode non-blocking.</summary>
public sealed class QueuedOutputTests
{
    [Fact]
    public void Lines_come_in_order_and_the_end_waits_for_all()
    {
        SlowOutput slow = new();
        slow.Go.Set();
        using QueuedOutput queue = new(slow, 1 << 20);
        for (int i = 0; i < 1000; i++)
        {
            Put(queue, $"line {i}");
            queue.Flush();
        }

        queue.Finish();

        Assert.Equal(Enumerable.Range(0, 1000).Select(static i => $"line {i}"), slow.Lines);
    }

    [Fact]
    public void What_a_full_buffer_has_no_room_for_is_dropped_and_nothing_waits()
    {
        SlowOutput slow = new();
        using QueuedOutput queue = new(slow, 20);
        Put(queue, "taken at once");
        queue.Flush();
        slow.Begun.Wait(TestContext.Current.CancellationToken);
        foreach (string line in (string[])["a line larger than the whole buffer", "dropped", "dropped too"]) { Put(queue, line); }

        slow.Go.Set();
        queue.Finish();

        Assert.Equal(["taken at once", "a line larger than the whole buffer"], slow.Lines);
    }

    [Fact]
    public void Empty_lines_take_room_as_well()
    {
        SlowOutput slow = new();
        using QueuedOutput queue = new(slow, 1000);
        Put(queue, "taken at once");
        queue.Flush();
        slow.Begun.Wait(TestContext.Current.CancellationToken);
        for (int i = 0; i < 100_000; i++) { Put(queue, ""); }

        slow.Go.Set();
        queue.Finish();

        Assert.InRange(slow.Lines.Count, 2, 1001);
    }

    private static void Put(QueuedOutput queue, string line) => queue.Put(LogStream.Stdout, isPartial: false, Encoding.UTF8.GetBytes(line), 1);

    private sealed class SlowOutput : ILogOutput
    {
        public ManualResetEventSlim Begun { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public List<string> Lines { get; } = [];

        public long BytesLost => 0;

        public long BytesWritten => Lines.Count;

        public void Put(LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes, long timeNanoseconds)
        {
            Begun.Set();
            Go.Wait();
            Lines.Add(Encoding.UTF8.GetString(bytes));
        }

        public void Flush()
        {
        }

        public void Finish()
        {
        }

        public void Dispose()
        {
            Begun.Dispose();
            Go.Dispose();
        }
    }
}
