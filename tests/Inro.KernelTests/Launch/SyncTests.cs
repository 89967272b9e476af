using System.Text;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Linux.Processes;
using Inro.Runtime.Launch;
using Microsoft.Win32.SafeHandles;
using Xunit;
using static Inro.KernelTests.Launch.LaunchFixture;

namespace Inro.KernelTests.Launch;

/// <summary>Syncs: bytes, numbers and descriptors both ways, and what becomes of a launch whose host gives up.</summary>
public sealed class SyncTests : IDisposable
{
    private readonly LaunchRunner runner = new();

    public void Dispose() => runner.Dispose();

    [KernelFact]
    public void The_host_gets_bytes_and_answers_with_bytes_and_numbers()
    {
        string told = "";
        string output = Output(runner, b =>
        {
            Data question = b.String("question");
            Data answer = b.Reserve(16);
            Slot number = b.NewSlot("number");
            Slot second = b.NewSlot("second");
            b.Sync("ask", exchange =>
            {
                told = Encoding.UTF8.GetString(exchange.Bytes.Span);
                exchange.Reply("answer "u8.ToArray());
                exchange.Send(42);
                exchange.Send(-1);
            }, send: question, receive: answer, receiveValues: [number, second]);
            b.Call("print", SystemCall.Write, [1, answer, 7]);
            b.Print(number, b.Preset(1, "stdout"));
            b.Print(second, b.Preset(1, "stdout"));
        });

        Assert.Equal("question\0", told);
        Assert.Equal("answer 42-1", output);
    }

    [KernelFact]
    public void Descriptors_go_to_the_host()
    {
        string name = "";
        runner.Run(b =>
        {
            Slot file = b.NewSlot("file");
            b.Call("open", SystemCall.Openat, [-100, "/etc/hostname", 0x80000, 0], result: file);
            b.Sync("hand over", exchange =>
            {
                name = File.ResolveLinkTarget($"/proc/self/fd/{exchange.Descriptor(0).DangerousGetHandle()}", returnFinalTarget: false)!.FullName;
                using SafeFileHandle taken = exchange.TakeDescriptor(0);
            }, sendDescriptors: [file]);
        });

        Assert.Equal("/etc/hostname", name);
    }

    [KernelFact]
    public void Descriptors_come_from_the_host_close_on_exec()
    {
        string output = Output(runner, b =>
        {
            Slot file = b.NewSlot("file");
            Slot flags = b.NewSlot("flags");
            Data text = b.Reserve(8);
            Data path = b.String("/etc/hostname");
            b.Sync("fetch", exchange => exchange.Send(File.OpenHandle("/proc/self/comm")), receiveDescriptors: [file, b.NewSlot("never filled")]);
            b.Call("flags", SystemCall.Fcntl, [file, 1], result: flags);
            b.Call("read", SystemCall.Read, [file, text, 8]);
            b.Print(flags, b.Preset(1, "stdout"));
        });

        Assert.Equal("1", output);
    }

    [KernelFact]
    public void The_handler_learns_the_pid_of_whoever_waits()
    {
        int stage1 = 0;
        int child = 0;
        using LaunchedProcess launched = runner.Run(b =>
        {
            b.Sync("first", exchange => stage1 = exchange.Pid);
            b.Clone("clone", NewPidNamespace);
            b.Sync("second", exchange => child = exchange.Pid);
            b.Exec("run", b.String("/bin/true"), b.StringArray(["true"]), b.StringArray([]));
        })!;

        Assert.NotEqual(stage1, child);
        Assert.Equal(launched.Pid, child);
        launched.Process.Reap(TimeSpan.FromSeconds(10));
    }

    [KernelFact]
    public void A_handler_that_throws_ends_the_launch_and_is_the_cause()
    {
        var cause = new InvalidOperationException("no network today");
        PidFd? process = null;

        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b =>
        {
            b.Clone("clone", NewPidNamespace);
            b.Sync("configure network", exchange =>
            {
                process = PidFd.Open(exchange.Pid);
                throw cause;
            });
            b.ExecShell("exit 0");
        }));

        Assert.Same(cause, failure.InnerException);
        Assert.Equal("configure network: no network today (step 2 of 6)", failure.Message);
        Assert.True(process!.WaitForEnd(TimeSpan.Zero));
        process.Dispose();
    }

    [KernelFact]
    public void A_silent_process_is_ended()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(
            b => b.Call("sleep", SystemCall.Nanosleep, [b.Bytes([60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 0]),
            new LaunchOptions { Patience = TimeSpan.FromMilliseconds(100) }));

        Assert.Equal(Errno.ETIMEDOUT, failure.Errno);
    }

    [KernelFact]
    public void Undo_runs_in_reverse_after_the_process_is_gone_and_tells_what_it_could_not()
    {
        List<string> undone = [];
        bool alive = true;
        PidFd? process = null;

        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b =>
        {
            b.Undo("first", () => undone.Add("first"));
            b.Undo("second", () => throw new IOException("busy"));
            b.Undo("third", () =>
            {
                undone.Add("third");
                alive = !process!.WaitForEnd(TimeSpan.Zero);
            });
            b.Clone("clone", NewPidNamespace);
            b.Sync("look", exchange => process = PidFd.Open(exchange.Pid));
            b.Call("fail", SystemCall.Close, [-1]);
        }));

        Assert.Equal(["third", "first"], undone);
        Assert.False(alive);
        Assert.Equal(["second: busy"], failure.Failure.NotUndone);
        process!.Dispose();
    }
}
