using System.Globalization;
using Inro.Engine.Shim;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Shim;

/// <summary>A shim that the system gives no descriptor for another client.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class ShimListenerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string limit = File.ReadLines("/proc/self/limits")
        .First(static line => line.StartsWith("Max open files", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];

    // Before a shim runs in this process, which would take the tool's exit status.
    public ShimListenerTests() => SetLimit("1000");

    public void Dispose() => SetLimit(limit);

    [Fact]
    public void Without_a_descriptor_the_socket_is_left_alone_for_a_while()
    {
        using var shim = new ShimFixture("");
        Directory.CreateDirectory(shim.RunDirectory);
        string path = shim.RunDirectory + "/" + ShimListener.FileName;
        using var server = new ShimServer(shim.Config, new PlainHost(""), TimeProvider.System);
        using var listener = new ShimListener(shim.RunDirectory, server);

        PollEvents during = WithoutDescriptors(path, () =>
        {
            listener.OnReady(PollEvents.Readable);
            return listener.Wanted;
        });

        Assert.Equal(PollEvents.None, during);
        SpinWait.SpinUntil(() => listener.RestsUntil == 0, Patience);
        Assert.Equal(PollEvents.Readable, listener.Wanted);
    }

    [Fact]
    public void Whether_it_is_there_is_seen_without_a_word_to_it()
    {
        using var shim = new ShimFixture("");
        Directory.CreateDirectory(shim.RunDirectory);
        using var server = new ShimServer(shim.Config, new PlainHost(""), TimeProvider.System);
        bool before = ShimListener.IsThere(shim.RunDirectory);

        bool during;
        using (new ShimListener(shim.RunDirectory, server))
        {
            during = ShimListener.IsThere(shim.RunDirectory) && ShimListener.IsThere(shim.RunDirectory); // those who look are not in each other's way
            using PidFd process = ShimListener.OpenProcess(shim.RunDirectory)!;
            Assert.False(process.WaitForEnd(TimeSpan.Zero)); // this one
        }

        Assert.Equal((false, true, false), (before, during, ShimListener.IsThere(shim.RunDirectory)));
        Assert.Null(ShimListener.OpenProcess(shim.RunDirectory));
    }

    [Fact]
    public void A_client_that_came_meanwhile_is_let_in_later()
    {
        using var shim = new ShimFixture("sleep 60");
        using ShimClient client = shim.Start();
        WithoutDescriptors(shim.RunDirectory + "/" + ShimListener.FileName, static () =>
        {
            Thread.Sleep(300);
            return 0;
        });

        using ShimClient other = ShimClient.TryConnect(shim.RunDirectory)!;
        other.Signal(9);

        Assert.Equal(137, client.WaitForExit(Patience)!.ExitCode);
    }

    /// <summary>Acts while somebody waits at the socket and no descriptor is left.</summary>
    private static T WithoutDescriptors<T>(string path, Func<T> act)
    {
        SeqPacketSocket.Connect(path).Dispose(); // whatever is loaded at first use is loaded now
        List<SafeFileHandle> all = [];
        try
        {
            try
            {
                while (true) { all.Add(Descriptor.Open("/dev/null", OpenFlags.Read)); }
            }
            catch (LinuxException full) when (full.Errno == Errno.EMFILE) { all[^1].Dispose(); }

            using SeqPacketSocket waiting = SeqPacketSocket.Connect(path); // takes the last one
            return act();
        }
        finally { all.ForEach(static file => file.Dispose()); }
    }

    private static void SetLimit(string descriptors) =>
        Tool.Run("prlimit", ["--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), $"--nofile={descriptors}:"], Patience).Ok();
}
