using System.Text;
using Inro.Engine.Shim;
using Inro.KernelTests.Harness;
using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Shim;

/// <remarks>Exclusive: a shim takes the status of every child that ends, and here it shares its process with other tests.</remarks>
[Collection(ExclusiveTests.Name)]
public sealed class AttachTicketTests : IDisposable
{
    private readonly TempDir directory = TempDir.Create();

    private string Tickets => directory / "attach";

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Those_who_waited_for_the_start_get_every_byte_of_a_process_that_ends_at_once()
    {
        using var shim = new ShimFixture("echo out; echo err >&2");
        shim.Config = shim.Config with { AttachDirectory = Tickets };
        using AttachTicket first = AttachTicket.Take(Tickets);
        using AttachTicket second = AttachTicket.Take(Tickets);

        using ShimClient starter = shim.Start();
        AwaitCall(first);
        AwaitCall(second);
        Thread.Sleep(50); // the process has long ended by now: its output waits

        using ShimClient one = Join(shim), other = Join(shim);
        Assert.Equal(("out\n", "err\n"), (ReadAll(one.Streams!.Stdout!), ReadAll(one.Streams.Stderr!)));
        Assert.Equal(("out\n", "err\n"), (ReadAll(other.Streams!.Stdout!), ReadAll(other.Streams.Stderr!)));
        shim.Join();
    }

    [Fact]
    public void A_ticket_of_one_that_was_killed_is_removed_and_not_waited_for()
    {
        using var shim = new ShimFixture("echo out");
        shim.Config = shim.Config with { AttachDirectory = Tickets };
        Directory.CreateDirectory(Tickets);
        Descriptor.MakeFifo(Tickets + "/left", 0x180);

        using ShimClient starter = shim.Start(new AttachRequest());

        Assert.Equal("out\n", ReadAll(starter.Streams!.Stdout!));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Tickets));
        shim.Join();
    }

    [Fact]
    public void One_that_was_called_and_does_not_come_keeps_the_output_back_for_a_moment_only()
    {
        using var shim = new ShimFixture("echo out");
        shim.Config = shim.Config with { AttachDirectory = Tickets };
        using AttachTicket ticket = AttachTicket.Take(Tickets);

        using ShimClient starter = shim.Start(new AttachRequest());

        Assert.Equal("out\n", ReadAll(starter.Streams!.Stdout!));
        shim.Join();
    }

    [Fact]
    public void Who_gives_up_leaves_nothing()
    {
        using (AttachTicket.Take(Tickets))
        using (AttachTicket.Take(Tickets)) { }

        Assert.False(Directory.Exists(Tickets));
    }

    private static void AwaitCall(AttachTicket ticket) =>
        Assert.True(Descriptor.WaitReadable(ticket.Descriptor, Machine.Patience(TimeSpan.FromSeconds(10))), "nobody called");

    private static ShimClient Join(ShimFixture shim)
    {
        ShimClient client = ShimClient.TryConnect(shim.RunDirectory)!;
        client.Attach(new AttachRequest());
        return client;
    }

    private static string ReadAll(SafeFileHandle source)
    {
        List<byte> all = [];
        byte[] buffer = new byte[4096];
        for (int count; (count = Descriptor.Read(source, buffer)) > 0;) { all.AddRange(buffer.AsSpan(0, count)); }

        return Encoding.UTF8.GetString([.. all]);
    }
}
