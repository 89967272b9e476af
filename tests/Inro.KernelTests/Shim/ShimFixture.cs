using Inro.Engine.Logs;
using Inro.Engine.Shim;
using Inro.KernelTests.Harness;
using Inro.Linux.Sockets;
using Inro.Linux.Terminals;

using Xunit;

namespace Inro.KernelTests.Shim;

/// <summary>A shim's server on a thread of the test, with a plain process in the place of a container.</summary>
internal sealed class ShimFixture : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempDir directory = TempDir.Create();
    private ShimServer? server;
    private Thread? thread;

    public ShimFixture(string script)
    {
        Script = script;
        Config = new ShimConfig
        {
            Id = new string('a', 64),
            Bundle = directory.Path,
            RunDirectory = directory.Path + "/run",
            StateDirectory = directory.Path + "/state",
            FilterCache = directory.Path + "/filters",
            Log = new LogSettings { Path = directory.Path + "/container.log" },
            ExitedCommand = ["/bin/sh", "-c", $"echo x >> {directory.Path}/exited"],
        };
    }

    public string Script { get; }

    public ShimConfig Config { get; set; }

    /// <summary>What the host's giving back does and answers.</summary>
    public Func<string?> GiveBack { get; set; } = static () => null;

    public string RunDirectory => Config.RunDirectory;

    /// <summary>How often the exit command ran.</summary>
    public int ExitCommandRuns => File.Exists(directory.Path + "/exited") ? File.ReadAllLines(directory.Path + "/exited").Length : 0;

    /// <summary>The pid of the process, once started.</summary>
    public ShimClient Start(AttachRequest? attach = null, WindowSize? size = null)
    {
        SeqPacketSocket near = Begin(ShimMessageKind.Prepare);
        return ShimClient.Begin(near, attach, size, holds: false);
    }

    /// <summary>Starts the server that takes over.</summary>
    public ShimClient Adopt() => ShimClient.AwaitStarted(Begin(ShimMessageKind.Adopt));

    /// <summary>What kill -9 leaves of a shim: its descriptors are closed, nothing else is done.</summary>
    public void Kill()
    {
        isKilled = true;
        using SeqPacketSocket poke = SeqPacketSocket.Connect(RunDirectory + "/" + ShimListener.FileName); // wakes the loop
        Join();
        server!.Dispose();
        server = null;
    }

    /// <summary>Waits until the shim has ended by itself.</summary>
    public void Join() => Assert.True(thread!.Join(Patience), "the shim did not end");

    public List<LogRecord> ReadLog()
    {
        using var reader = new LogReader(Config.Log, new LogSelection());
        List<LogRecord> records = [];
        while (reader.TryRead(out LogRecord record)) { records.Add(record with { Bytes = record.Bytes.ToArray() }); }

        return records;
    }

    public void Dispose()
    {
        if (thread is { IsAlive: true } && ShimStatusFile.Read(RunDirectory) is { State: ShimState.Running } status)
        {
            try { Inro.Linux.Processes.PidFd.Open(status.Pid).Signal(9); }
            catch (Inro.Linux.LinuxException) { /* ended meanwhile */ }
        }

        thread?.Join(Patience);

        server?.Dispose();
        directory.Dispose();
    }

    private volatile bool isKilled;

    private SeqPacketSocket Begin(ShimMessageKind kind)
    {
        (SeqPacketSocket near, SeqPacketSocket far) = SeqPacketSocket.Pair();
        isKilled = false;
        thread = new Thread(() => Serve(far)) { IsBackground = true };
        thread.Start();
        near.Send(ShimMessageCodec.Encode(new ShimMessage { Kind = kind }), default, []);
        return near;
    }

    private void Serve(SeqPacketSocket far)
    {
        var starter = new ShimChannel(far);
        starter.TryReceive(Patience, out ReceivedMessage? request);
        server = new ShimServer(Config, new PlainHost(Script, () => GiveBack()), TimeProvider.System);
        using (request)
        {
            if (ShimProcess.Begin(server, starter, request!)) { server.Run(() => isKilled); }
        }
    }
}
