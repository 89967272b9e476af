using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Inro.Runtime.Launch;
using Microsoft.Win32.SafeHandles;
using Xunit;
using static Inro.KernelTests.Launch.LaunchFixture;

namespace Inro.KernelTests.Launch;

/// <summary>Gates: the process waits, whoever made it, until somebody opens.</summary>
public sealed class GateTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly LaunchRunner runner = new();

    public void Dispose() => runner.Dispose();

    [KernelFact]
    public void A_fifo_opens_the_gate_for_a_creator_that_stays()
    {
        using TempDir directory = TempDir.Create();
        string fifo = Path.Combine(directory.Path, "gate");
        Tool.Run("mkfifo", [fifo], Patience);

        using LaunchedProcess launched = Start(fifo, "exit 5");
        Assert.True(launched.AtGate);
        Assert.False(launched.Process.WaitForEnd(TimeSpan.FromMilliseconds(20)));
        File.WriteAllText(fifo, "x");
        launched.WaitForExec();

        Assert.Equal(new ExitStatus(ExitKind.Exited, 5), launched.Process.Reap(Patience));
    }

    [KernelFact]
    public void The_gate_survives_a_creator_that_let_go()
    {
        using TempDir directory = TempDir.Create();
        string fifo = Path.Combine(directory.Path, "gate");
        Tool.Run("mkfifo", [fifo], Patience);
        int pid;
        using (LaunchedProcess launched = Start(fifo, "exit 6")) { pid = launched.Pid; }

        using PidFd process = PidFd.Open(pid);
        Assert.False(process.WaitForEnd(TimeSpan.FromMilliseconds(50)));
        File.WriteAllText(fifo, "x");

        Assert.Equal(new ExitStatus(ExitKind.Exited, 6), process.Reap(Patience));
    }

    [KernelFact]
    public void Who_connects_to_a_listener_opens_and_learns_that_exec_succeeded()
    {
        using var gate = new Listener(runner, b => b.BecomeShell("exit 4"));

        gate.Open();

        Assert.Equal(new ExitStatus(ExitKind.Exited, 4), gate.Launched.Process.Reap(Patience));
    }

    [KernelFact]
    public void Who_opens_a_listener_learns_which_operation_failed_behind_it()
    {
        using var gate = new Listener(runner, b =>
        {
            b.Call("chdir to", SystemCall.Chdir, ["/nonexistent"], "/nonexistent");
            b.BecomeShell("exit 0");
        });

        LaunchException failure = Assert.Throws<LaunchException>(gate.Open);

        Assert.Equal("chdir to /nonexistent: ENOENT (step 3 of 6)", failure.Message);
        Assert.Equal(new ExitStatus(ExitKind.Exited, (int)Errno.ENOENT), gate.Launched.Process.Reap(Patience));
    }

    [KernelFact]
    public void Who_connects_and_leaves_does_not_open_a_listener()
    {
        using var gate = new Listener(runner, b => b.BecomeShell("exit 4"));

        SeqPacketSocket.Connect(gate.Path).Dispose();
        Assert.False(gate.Launched.Process.WaitForEnd(TimeSpan.FromMilliseconds(50)));
        gate.Open();

        Assert.Equal(new ExitStatus(ExitKind.Exited, 4), gate.Launched.Process.Reap(Patience));
    }

    [KernelFact]
    public void Who_opens_learns_that_the_process_was_killed_instead()
    {
        using var gate = new Listener(runner, b =>
        {
            b.Call("wait", SystemCall.Nanosleep, [b.Bytes([60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 0]);
            b.BecomeShell("exit 0");
        });
        using var killer = new Timer(_ => gate.Launched.Process.Signal(9), null, 100, Timeout.Infinite);

        LaunchException failure = Assert.Throws<LaunchException>(gate.Open);

        Assert.Contains("ended before it became the program", failure.Message, StringComparison.Ordinal);
        gate.Launched.Process.Reap(Patience);
    }

    [KernelFact]
    public void A_socket_path_longer_than_an_address_works()
    {
        using TempDir directory = TempDir.Create();
        string path = System.IO.Path.Combine(directory.Path, new string('d', 120));
        Directory.CreateDirectory(path);
        path = System.IO.Path.Combine(path, "socket");

        using SeqPacketSocket listener = SeqPacketSocket.Listen(path);
        using SeqPacketSocket client = SeqPacketSocket.Connect(path);
        using SeqPacketSocket server = listener.Accept(Patience)!;
        client.Send("hello"u8);
        byte[] buffer = new byte[16];

        Assert.Equal(5, server.Receive(buffer, Patience));
        Assert.Equal(Environment.ProcessId, server.Peer().Pid);
    }

    private LaunchedProcess Start(string fifo, string script)
    {
        using SafeFileHandle gate = File.OpenHandle(fifo, FileMode.Open, FileAccess.ReadWrite);
        return runner.Run(b =>
        {
            Slot slot = b.Inherit(gate, "gate");
            b.Clone("clone", NewPidNamespace);
            b.Gate("wait at", slot, GateKind.Fifo);
            b.Exec("run", b.String("/bin/sh"), b.StringArray(["sh", "-c", script]), b.StringArray([]));
        })!;
    }

    /// <summary>A process at a listener's gate, whose creator has let go.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TempDir directory = TempDir.Create();
        private readonly GateTail tail;

        public Listener(LaunchRunner runner, Action<LaunchBuilder> behind)
        {
            using SeqPacketSocket socket = SeqPacketSocket.Listen(Path);
            using LaunchProgram program = Compile(b =>
            {
                Slot slot = b.Inherit(socket, "gate");
                b.Clone("clone", NewPidNamespace);
                b.Gate("wait at", slot, GateKind.Listener);
                behind(b);
            });
            Launched = runner.Run(program, new LaunchOptions())!;
            tail = program.BehindGate()!;
        }

        public LaunchedProcess Launched { get; }

        public string Path => System.IO.Path.Combine(directory.Path, "gate.sock");

        public void Open() => LaunchGate.Open(Path, Launched.Pid, Launched.StartTime, tail, Patience);

        public void Dispose()
        {
            Launched.Dispose();
            directory.Dispose();
        }
    }
}
