using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Linux.Sockets;
using Inro.Runtime.Launch;
using Xunit;
using static Inro.KernelTests.Launch.LaunchFixture;

namespace Inro.KernelTests.Launch;

/// <summary>A launch with every kind of operation fails, and dies, at each of them.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class LaunchFaultTests : IDisposable
{
    private readonly LaunchRunner runner = new();

    public void Dispose() => runner.Dispose();

    [KernelFact(Needs.Root)]
    public void A_fault_at_any_operation_leaves_nothing()
    {
        using TempDir directory = TempDir.Create();
        string state = directory / "state";
        runner.Run(_ => { }); // the walker's file stays open on purpose

        LaunchFaults.EveryOperation((marker, fault, compiled) => Launch(marker, fault, compiled, state), Errno.EIO, directory.Path);
    }

    [KernelFact(Needs.Root)]
    public void A_clone_that_stage_1_could_not_report_is_found_and_ended()
    {
        // The clone's parent is killed before its word is out: nothing but the name tells whose child it is.
        runner.Run(_ => { }); // the walker's file stays open on purpose
        using LeakCheck leaks = LeakCheck.BeginExclusive();
        using LaunchProgram program = Compile(b =>
        {
            // Stage 1 loses its control socket, so that its word about the clone gets lost; the child loses it too, and waits.
            b.Call("lose", SystemCall.Close, [3]);
            b.Clone("clone", 0);
            b.Call("sleep", SystemCall.Nanosleep, [b.Bytes([60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 0]);
        });

        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(program, new LaunchOptions()));

        Assert.Null(failure.Operation);
        Assert.Empty(leaks.Find().Where(leak => leak.Kind is "child" or "process"));
    }

    [KernelFact]
    public void A_process_killed_between_announcement_and_exec_is_not_taken_for_success()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b =>
        {
            b.Clone("clone", 0);
            b.Announce();
            b.Call("kill", SystemCall.ExitGroup, [0]);
            b.Exec("run", b.String("/bin/true"), b.StringArray(["true"]), b.StringArray([]));
        }));

        Assert.Contains("ended before it became the program: exit status 0", failure.Message, StringComparison.Ordinal);
    }

    [KernelFact]
    public void A_failure_that_a_filter_silences_is_told_by_the_exit_status()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b =>
        {
            b.Clone("clone", 0);
            b.Announce();
            b.Call("no new privileges", SystemCall.Prctl, [38, 1, 0, 0, 0]);
            b.Call("load filter", SystemCall.Seccomp, [1, 0, DenySendmsg(b)]);
            b.Exec("run", b.String("/nonexistent"), b.StringArray(["x"]), b.StringArray([]), "/nonexistent");
        }));

        Assert.Equal("run /nonexistent: ENOENT (step 6 of 6)", failure.Message);
    }

    /// <summary>A filter that answers sendmsg with EPERM and allows everything else.</summary>
    private static Data DenySendmsg(LaunchBuilder b)
    {
        byte sendmsg = (byte)SystemCall.Sendmsg.Number;
        byte[] instructions =
        [
            0x20, 0, 0, 0, 0, 0, 0, 0, // load the call's number
            0x15, 0, 0, 1, sendmsg, 0, 0, 0, // skip one unless it is sendmsg
            0x06, 0, 0, 0, 1, 0, 5, 0, // errno 1
            0x06, 0, 0, 0, 0, 0, 0xff, 0x7f, // allow
        ];
        Data program = b.Reserve(16);
        b.Put(program, (ulong)(instructions.Length / 8));
        b.Point(program.At(8), b.Bytes(instructions));
        return program;
    }

    private void Launch(string marker, LaunchFault? fault, Action<LaunchProgram> compiled, string state)
    {
        using SeqPacketSocket listener = SeqPacketSocket.Listen(state + ".sock");
        try
        {
            using LaunchProgram program = Compile(b => EveryKind(b, listener, marker, state));
            compiled(program);
            using LaunchedProcess launched = runner.Run(program, new LaunchOptions { Fault = fault })!;
            try
            {
                LaunchGate.Open(state + ".sock", launched.Pid, launched.StartTime, program.BehindGate()!, TimeSpan.FromSeconds(10));
            }
            finally
            {
                launched.Process.Signal(9);
                launched.Process.Reap(TimeSpan.FromSeconds(10));
                Directory.Delete(state);
            }
        }
        finally
        {
            File.Delete(state + ".sock");
        }
    }

    private static void EveryKind(LaunchBuilder b, SeqPacketSocket listener, string marker, string state)
    {
        b.Undo("remove the state", () => { if (Directory.Exists(state)) { Directory.Delete(state); } });
        Slot gate = b.Inherit(listener, "gate");
        Slot descriptor = b.NewSlot("directory");
        Data path = b.Bytes("/proc/self/fd/\0\0\0\0\0\0\0\0"u8);
        b.Call("open", SystemCall.Openat, [-100, "/", 0x200000, 0], result: descriptor);
        b.Store("name", descriptor, path.At(14), StoreFormat.Decimal);
        b.Sync("make state", _ => Directory.CreateDirectory(state));
        b.Clone("clone", NewPidNamespace | NewMountNamespace);
        b.Call("make mounts private", SystemCall.Mount, [0, "/", 0, 0x44000, 0]);
        b.Call("mount", SystemCall.Mount, [marker, "/mnt", "tmpfs", 0, 0]);
        b.Sync("hand over", exchange => exchange.Send(exchange.Descriptor(0)), sendDescriptors: [descriptor], receiveDescriptors: [b.NewSlot("back")]);
        b.Spawn("run hook", b.String("/bin/true"), b.StringArray(["true", marker]), b.StringArray([]), b.Bytes("{}"u8), TimeSpan.FromSeconds(5));
        b.Expect("compare", path, b.Bytes("/proc"u8), Errno.EIO);
        b.Gate("wait at", gate, GateKind.Listener);
        b.Call("chdir", SystemCall.Chdir, ["/"]);
        b.Exec("run", b.String("/bin/sleep"), b.StringArray(["sleep", "60"]), b.StringArray([marker]));
    }
}
