using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Linux.Processes;
using Inro.Runtime.Launch;
using Xunit;
using static Inro.KernelTests.Launch.LaunchFixture;

namespace Inro.KernelTests.Launch;

/// <summary>Each kind of operation on the real kernel.</summary>
public sealed class WalkerTests : IDisposable
{
    private readonly LaunchRunner runner = new();

    public void Dispose() => runner.Dispose();

    [KernelFact]
    public void A_program_without_operations_is_through_at_once() => Assert.Null(runner.Run(_ => { }));

    [KernelFact]
    public void The_process_becomes_the_program_and_is_our_child()
    {
        using LaunchedProcess launched = runner.Run(b => b.ExecShell("exit 7"))!;

        Assert.False(launched.AtGate);
        Assert.NotEqual(0UL, launched.StartTime);
        Assert.Equal(new ExitStatus(ExitKind.Exited, 7), launched.Process.Reap(TimeSpan.FromSeconds(10)));
    }

    [KernelFact]
    public void A_failure_names_operation_errno_and_step()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b =>
        {
            b.Call("look at", SystemCall.Getpid, [], "self");
            b.Call("open", SystemCall.Openat, [-100, "/nonexistent/file", 0, 0], "/nonexistent/file");
            b.ExecShell("exit 0");
        }));

        Assert.Equal(Errno.ENOENT, failure.Errno);
        Assert.Equal(2, failure.Operation!.Number);
        Assert.Equal("open /nonexistent/file: ENOENT (step 2 of 6)", failure.Message);
    }

    [KernelFact]
    public void A_failure_of_the_child_is_reported_like_one_of_stage_1()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b =>
        {
            b.Clone("clone", NewPidNamespace);
            b.Call("chdir", SystemCall.Chdir, ["/nonexistent"], "/nonexistent");
        }));

        Assert.Equal("chdir /nonexistent: ENOENT (step 2 of 2)", failure.Message);
    }

    [KernelFact]
    public void An_exec_that_fails_is_reported()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b =>
        {
            b.Clone("clone", 0);
            b.Exec("run", b.String("/etc/passwd"), b.StringArray(["x"]), b.StringArray([]), "/etc/passwd");
        }));

        Assert.Equal("run /etc/passwd: EACCES (step 4 of 4)", failure.Message);
    }

    [KernelFact]
    public void A_tolerated_error_leaves_the_slot_empty_and_a_condition_sees_that()
    {
        string output = Output(runner, b =>
        {
            Slot missing = b.NewSlot("missing");
            Slot found = b.NewSlot("found");
            Slot standardOutput = b.Preset(1, "stdout");
            b.Call("open", SystemCall.Openat, [-100, "/nonexistent", 0, 0], result: missing, tolerate: [Errno.EPERM, Errno.ENOENT]);
            b.Call("open", SystemCall.Openat, [-100, "/", 0, 0], result: found);
            b.Call("say", SystemCall.Write, [standardOutput, "a", 1], when: Condition.IfSet(missing));
            b.Call("say", SystemCall.Write, [standardOutput, "b", 1], when: Condition.IfNotSet(missing));
            b.Call("say", SystemCall.Write, [standardOutput, "c", 1], when: Condition.IfSet(found));
            b.Call("say", SystemCall.Write, [standardOutput, "d", 1], when: Condition.IfNotSet(found));
        });

        Assert.Equal("bc", output);
    }

    [KernelFact]
    public void An_empty_slot_as_argument_fails()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b => b.Call("close", SystemCall.Close, [b.NewSlot("nothing")])));

        Assert.Equal(Errno.EBADFD, failure.Errno);
    }

    [KernelFact]
    public void A_slot_is_stored_binary_and_decimal()
    {
        string output = Output(runner, b =>
        {
            Slot one = b.Preset(1, "stdout");
            Data binary = b.Reserve(8);
            b.Store("store", b.Preset(0x0000_0021_6968_6f68, "text"), binary, StoreFormat.Binary64);
            b.Call("print", SystemCall.Write, [one, binary, 5]);
            b.Store("store", b.Preset(0x4142_4344, "text"), binary, StoreFormat.Binary32);
            b.Call("print", SystemCall.Write, [one, binary, 4]);
            b.Print(b.Preset(0, "zero"), one);
            b.Print(b.Preset(-1234567890123456789, "negative"), one);
        });

        Assert.Equal("hohi!DCBA0-1234567890123456789", output);
    }

    [KernelFact]
    public void Pointers_in_prepared_bytes_are_relocated()
    {
        string output = Output(runner, b =>
        {
            Data vectors = b.Reserve(32);
            b.Point(vectors, b.String("gather "));
            b.Put(vectors.At(8), 7UL);
            b.Point(vectors.At(16), b.String("write"));
            b.Put(vectors.At(24), 5UL);
            b.Call("print", SystemCall.Writev, [1, vectors, 2]);
        });

        Assert.Equal("gather write", output);
    }

    [KernelFact]
    public void Expect_compares_what_the_kernel_wrote()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b =>
        {
            Data directory = b.Reserve(256);
            b.Call("go to", SystemCall.Chdir, ["/proc"]);
            b.Call("ask for", SystemCall.Getcwd, [directory, 256]);
            b.Expect("be in", directory, b.Bytes("/proc"u8), Errno.EXDEV, "/proc");
            b.Expect("be in", directory, b.Bytes("/sys"u8), Errno.EXDEV, "/sys");
        }));

        Assert.Equal("be in /sys: EXDEV (step 4 of 4)", failure.Message);
    }

    [KernelFact]
    public void A_child_in_a_pid_namespace_is_its_first_process()
    {
        string output = Output(runner, b => b.ExecShell("echo $$", NewPidNamespace));

        Assert.Equal("1\n", output);
    }

    [KernelFact]
    public void Signals_are_as_at_boot_and_only_stdio_passes_exec()
    {
        string output = Output(runner, b =>
        {
            b.Call("open", SystemCall.Openat, [-100, "/", 0, 0]); // without close-on-exec
            b.ExecShell("grep -E '^Sig(Blk|Ign)' /proc/self/status | tr -d '\\t\\n'; ls /proc/self/fd | tr '\\n' ' '");
        });

        // 3 is the directory that ls reads.
        Assert.Equal("SigBlk:0000000000000000SigIgn:00000000000000000 1 2 3 ", output);
    }

    [KernelFact]
    public void Preserved_descriptors_pass_exec()
    {
        using SafeHandleOf file = new("/etc/hostname");

        string output = Output(runner, b =>
        {
            Slot first = b.Inherit(file.Handle, "preserved");
            b.Clone("clone", 0);
            b.Call("place", SystemCall.Dup3, [first, 3, 0], "3");
            b.Exec("run", b.String("/bin/sh"), b.StringArray(["sh", "-c", "readlink /proc/self/fd/3; [ -e /proc/self/fd/4 ] || echo none"]), b.StringArray(["PATH=/usr/bin:/bin"]));
        }, preserved: 1);

        Assert.Equal("/etc/hostname\nnone\n", output);
    }

    /// <summary>An open file.</summary>
    private sealed class SafeHandleOf(string path) : IDisposable
    {
        public Microsoft.Win32.SafeHandles.SafeFileHandle Handle { get; } = File.OpenHandle(path);

        public void Dispose() => Handle.Dispose();
    }
}
