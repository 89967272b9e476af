using System.Diagnostics;
using System.Text;
using Inro.Engine.Logs;
using Inro.Engine.Shim;
using Inro.KernelTests.Harness;
using Inro.Linux.Descriptors;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

using Xunit;

namespace Inro.KernelTests.Shim;

/// <remarks>Exclusive: a shim takes the status of every child that ends, and here it shares its process with other tests.</remarks>
[Collection(ExclusiveTests.Name)]
public sealed class ShimServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Output_reaches_the_attached_client_and_the_log()
    {
        using var shim = new ShimFixture("echo out; echo err >&2");
        using ShimClient client = shim.Start(new AttachRequest());

        Assert.Equal("out\n", ReadAll(client.Streams!.Stdout!));
        Assert.Equal("err\n", ReadAll(client.Streams.Stderr!));
        Assert.Equal(0, client.WaitForExit(Patience)!.ExitCode);
        shim.Join();
        Assert.Equal(["err", "out"], shim.ReadLog().Select(Text).Order());
    }

    [Theory]
    [InlineData("exit 7", 7, null)]
    [InlineData("kill -9 $$", 137, 9)]
    [InlineData("kill -TERM $$", 143, 15)]
    public void The_end_is_told_to_the_client_and_written_to_the_status(string script, int code, int? signal)
    {
        using var shim = new ShimFixture(script);
        using ShimClient client = shim.Start();

        ExitRecord exit = client.WaitForExit(Patience)!;
        shim.Join();
        ShimStatus status = ShimStatusFile.Read(shim.RunDirectory)!;

        Assert.Equal((code, signal), (exit.ExitCode, exit.Signal));
        Assert.Equal((ShimState.Exited, code, signal), (status.State, status.ExitCode, status.Signal));
    }

    [Fact]
    public void Who_records_the_end_is_told_while_the_rest_is_given_back_and_others_after_that()
    {
        using var isTold = new ManualResetEventSlim();
        using var shim = new ShimFixture("exit 3") { GiveBack = () => isTold.Wait(Patience) ? null : "nobody was told" };
        using ShimClient client = shim.Start(new AttachRequest { Commits = true });

        ExitRecord exit = client.WaitForExit(Patience)!;

        Assert.Equal(3, exit.ExitCode);
        Assert.Equal((ShimState.Exited, 3), (ShimStatusFile.Read(shim.RunDirectory)!.State, ShimStatusFile.Read(shim.RunDirectory)!.ExitCode));
        isTold.Set();
        Assert.True(client.AwaitGivenBack());
        client.Committed();
        shim.Join();
        Assert.Null(ShimStatusFile.Read(shim.RunDirectory)!.Problem);
    }

    [Fact]
    public void What_cannot_be_given_back_is_said_to_who_records_the_end()
    {
        using var shim = new ShimFixture("true") { GiveBack = static () => "a cgroup stays" };
        using ShimClient client = shim.Start(new AttachRequest { Commits = true });

        Assert.NotNull(client.WaitForExit(Patience));

        Assert.False(client.AwaitGivenBack());
        client.Committed();
        shim.Join();
        Assert.Equal("a cgroup stays", ShimStatusFile.Read(shim.RunDirectory)!.Problem);
    }

    [Fact]
    public void Without_a_client_that_commits_the_exit_command_runs_once()
    {
        using var shim = new ShimFixture("true");
        using ShimClient client = shim.Start(new AttachRequest());

        shim.Join();

        Assert.Equal(1, shim.ExitCommandRuns);
    }

    [Fact]
    public void A_client_that_commits_replaces_the_exit_command()
    {
        using var shim = new ShimFixture("true");
        using ShimClient client = shim.Start(new AttachRequest { Commits = true });

        client.WaitForExit(Patience);
        client.Committed();
        shim.Join();

        Assert.Equal(0, shim.ExitCommandRuns);
    }

    [Fact]
    public void A_client_that_promised_to_commit_and_left_is_replaced_by_the_exit_command()
    {
        using var shim = new ShimFixture("true");
        using (ShimClient client = shim.Start(new AttachRequest { Commits = true })) { client.WaitForExit(Patience); }

        shim.Join();

        Assert.Equal(1, shim.ExitCommandRuns);
    }

    [Fact]
    public void Input_written_by_the_client_arrives_and_its_end_too()
    {
        using var shim = new ShimFixture("cat");
        shim.Config = shim.Config with { StdinOpen = true };
        using ShimClient client = shim.Start(new AttachRequest { Stdin = true });

        Descriptor.Write(client.Streams!.Stdin!, "hello"u8);
        client.CloseStdin();

        Assert.Equal("hello", ReadAll(client.Streams.Stdout!));
        Assert.Equal(0, client.WaitForExit(Patience)!.ExitCode);
    }

    [Fact]
    public void A_client_that_is_killed_ends_input_that_was_for_one_client_only()
    {
        using var shim = new ShimFixture("cat; exit 3");
        shim.Config = shim.Config with { StdinOpen = true, StdinOnce = true };
        using (ShimClient client = shim.Start(new AttachRequest { Stdin = true })) { Descriptor.Write(client.Streams!.Stdin!, "x"u8); }

        shim.Join();

        Assert.Equal(3, ShimStatusFile.Read(shim.RunDirectory)!.ExitCode);
        Assert.Equal("x", Text(Assert.Single(shim.ReadLog())));
    }

    [Fact]
    public void A_slow_client_loses_nothing_and_the_log_is_complete_before_it_reads()
    {
        using var shim = new ShimFixture("i=0; while [ $i -lt 20000 ]; do echo line-$i; i=$((i+1)); done");
        using ShimClient client = shim.Start(new AttachRequest { Stderr = false });
        using ShimClient other = ShimClient.TryConnect(shim.RunDirectory)!;
        Thread.Sleep(200);

        string[] lines = ReadAll(client.Streams!.Stdout!).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(Enumerable.Range(0, 20000).Select(static i => $"line-{i}"), lines);
        client.WaitForExit(Patience);
        Assert.Equal(20000, shim.ReadLog().Count);
    }

    [Fact]
    public void A_client_that_never_reads_does_not_delay_the_end()
    {
        using var shim = new ShimFixture("sleep 0.3; head -c 100000 /dev/zero | tr '\\0' x; exit 5");
        using ShimClient client = shim.Start(new AttachRequest { Stderr = false });
        using ShimClient other = ShimClient.TryConnect(shim.RunDirectory)!;

        Assert.Equal(5, other.WaitForExit(Patience)!.ExitCode);

        Assert.Equal(100_000, shim.ReadLog().Sum(static record => record.Bytes.Length));
        Assert.Equal(100_000, ReadAll(client.Streams!.Stdout!).Length);
    }

    [Fact]
    public void The_size_of_the_terminal_arrives_in_the_process()
    {
        using var shim = new ShimFixture("stty size; read x; stty size");
        shim.Config = shim.Config with { Terminal = true };
        using ShimClient client = shim.Start(new AttachRequest { Stdin = true, Stderr = false }, new WindowSize(11, 22));

        Assert.Contains("11 22", ReadUntil(client.Streams!.Stdout!, "11 22"), StringComparison.Ordinal);
        client.Resize(new WindowSize(33, 44));
        Descriptor.Write(client.Streams.Stdin!, "\n"u8);

        Assert.Contains("33 44", ReadAll(client.Streams.Stdout!), StringComparison.Ordinal);
        Assert.Equal(0, client.WaitForExit(Patience)!.ExitCode);
    }

    [Fact]
    public void A_signal_reaches_the_process()
    {
        using var shim = new ShimFixture("trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done");
        using ShimClient client = shim.Start(new AttachRequest());
        ReadUntil(client.Streams!.Stdout!, "ready");

        client.Signal(10);

        Assert.Equal(9, client.WaitForExit(Patience)!.ExitCode);
    }

    [Fact]
    public void A_signal_that_comes_after_the_end_is_no_failure()
    {
        using var shim = new ShimFixture("read line; exit 9");
        shim.Config = shim.Config with { StdinOpen = true };
        using ShimClient client = shim.Start(new AttachRequest { Stdin = true, Commits = true });
        using ShimClient late = ShimClient.TryConnect(shim.RunDirectory)!;
        Descriptor.Write(client.Streams!.Stdin!, "go\n"u8);
        Assert.Equal(9, client.WaitForExit(Patience)!.ExitCode);

        Assert.False(late.TrySignal(15)); // the shim is there, because nobody has committed the end
        client.Committed();
        shim.Join();
    }

    [Fact]
    public void A_detached_client_leaves_the_process_running()
    {
        using var shim = new ShimFixture("sleep 0.3; echo later; exit 4");
        using ShimClient client = shim.Start(new AttachRequest { Commits = true });
        client.Detach();
        client.Dispose();

        shim.Join();

        Assert.Equal("later", Text(Assert.Single(shim.ReadLog())));
        Assert.Equal(1, shim.ExitCommandRuns);
    }

    [Fact]
    public void What_is_meant_for_an_exec_that_has_ended_does_not_reach_the_container()
    {
        using var shim = new ShimFixture("read line; echo \"read $line\"; exit 4");
        shim.Config = shim.Config with { StdinOpen = true };
        using ShimClient client = shim.Start(new AttachRequest { Stdin = true });
        using ShimClient exec = ShimClient.TryConnect(shim.RunDirectory)!;
        exec.Exec(new ShimExecRequest { ExecId = "e1", Process = "true"u8.ToArray() });
        Assert.Equal(0, exec.WaitForExit(Patience)!.ExitCode);

        exec.CloseStdin();
        Assert.Throws<ShimException>(() => exec.Signal(9));
        Assert.Throws<ShimException>(() => exec.Resize(new WindowSize(5, 6)));

        Descriptor.Write(client.Streams!.Stdin!, "typed\n"u8);
        Assert.Equal("read typed\n", ReadAll(client.Streams.Stdout!));
        Assert.Equal(4, client.WaitForExit(Patience)!.ExitCode);
    }

    [Fact]
    public void A_reason_that_is_long_in_json_does_not_end_the_shim()
    {
        using var shim = new ShimFixture("sleep 5; exit 4");
        using ShimClient client = shim.Start();
        using ShimClient exec = ShimClient.TryConnect(shim.RunDirectory)!;

        ShimException refused = Assert.Throws<ShimException>(() => exec.Exec(new ShimExecRequest { ExecId = "e1", Process = System.Text.Encoding.UTF8.GetBytes("refuse " + new string('é', 5000)) }));

        Assert.StartsWith("refused éé", refused.Message, StringComparison.Ordinal);
        client.Signal(9);
        Assert.Equal(137, client.WaitForExit(Patience)!.ExitCode);
    }

    [Fact]
    public void An_exec_whose_launch_hangs_keeps_nobody_else_waiting()
    {
        using var shim = new ShimFixture("sleep 60");
        using ShimClient client = shim.Start();
        using ShimClient exec = ShimClient.TryConnect(shim.RunDirectory)!;
        Exception? refused = null;
        var asking = new Thread(() => refused = Record.Exception(() => exec.Exec(new ShimExecRequest { ExecId = "e1", Process = "hang"u8.ToArray() })));
        asking.Start();
        using ShimClient other = ShimClient.TryConnect(shim.RunDirectory)!;
        other.Exec(new ShimExecRequest { ExecId = "e2", Process = "exit 3"u8.ToArray() });
        Assert.Equal(3, other.WaitForExit(Patience)!.ExitCode);
        Assert.True(asking.IsAlive);

        client.Signal(9);

        Assert.Equal(137, client.WaitForExit(Patience)!.ExitCode);
        shim.Join();
        Assert.True(asking.Join(Patience));
        Assert.EndsWith(" is not running", refused?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_of_a_launch_that_hangs_does_not_stay_a_zombie()
    {
        using var shim = new ShimFixture("sleep 60");
        using ShimClient client = shim.Start();
        using ShimClient exec = ShimClient.TryConnect(shim.RunDirectory)!;
        string pidFile = shim.RunDirectory + "/ended";
        byte[] process = System.Text.Encoding.UTF8.GetBytes($"hang echo $$ > {pidFile}.new; mv {pidFile}.new {pidFile}");
        var asking = new Thread(() => Record.Exception(() => exec.Exec(new ShimExecRequest { ExecId = "e1", Process = process })));
        asking.Start();
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pidFile), Patience));
        string pid = File.ReadAllText(pidFile).Trim();

        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists("/proc/" + pid), Patience), "it is still there");

        Assert.True(asking.IsAlive);
        client.Signal(9);
        Assert.Equal(137, client.WaitForExit(Patience)!.ExitCode);
        Assert.True(asking.Join(Patience));
    }

    [Fact]
    public void An_exec_has_its_own_streams_and_status()
    {
        using var shim = new ShimFixture("sleep 5");
        using ShimClient client = shim.Start();
        using ShimClient exec = ShimClient.TryConnect(shim.RunDirectory)!;

        exec.Exec(new ShimExecRequest
        {
            ExecId = "e1",
            Process = "cat; echo bad >&2; exit 6"u8.ToArray(),
            Attach = new AttachRequest { Stdin = true },
        });
        Assert.Equal(["e1"], client.ListExecs());
        Descriptor.Write(exec.Streams!.Stdin!, "typed"u8);
        exec.CloseStdin();

        Assert.Equal("typed", ReadAll(exec.Streams.Stdout!));
        Assert.Equal("bad\n", ReadAll(exec.Streams.Stderr!));
        Assert.Equal(6, exec.WaitForExit(Patience)!.ExitCode);
        Assert.Empty(client.ListExecs());
        client.Signal(9);
    }

    [Fact]
    public void A_process_whose_shim_was_killed_is_adopted_and_its_output_in_between_arrives()
    {
        using var shim = new ShimFixture("echo one; sleep 0.4; echo two; sleep 0.6; echo three");
        using (ShimClient first = shim.Start(new AttachRequest())) { ReadUntil(first.Streams!.Stdout!, "one"); }

        shim.Kill();
        Thread.Sleep(500);
        using ShimClient second = shim.Adopt();
        second.WaitForExit(Patience);
        shim.Join();

        Assert.Equal(["one", "two", "three"], shim.ReadLog().Select(Text));
    }

    [Fact]
    public void An_end_that_no_shim_saw_is_reported_as_unknown()
    {
        using var shim = new ShimFixture("sleep 0.2; exit 3");
        using (ShimClient first = shim.Start()) { }

        shim.Kill();
        WaitForEnd(ShimStatusFile.Read(shim.RunDirectory)!.Pid);
        using ShimClient second = shim.Adopt();
        ExitRecord exit = second.WaitForExit(Patience)!;
        shim.Join();

        Assert.Null(exit.ExitCode);
        Assert.Equal(ShimState.Unknown, ShimStatusFile.Read(shim.RunDirectory)!.State);
        Assert.Equal(1, shim.ExitCommandRuns);
    }

    [Fact]
    public void A_begun_line_can_be_read_before_it_ends()
    {
        using var shim = new ShimFixture("printf prompt; sleep 3; echo");
        using ShimClient client = shim.Start();

        client.AwaitLog(0, Patience);

        LogRecord record = Assert.Single(shim.ReadLog());
        Assert.Equal(("prompt", true), (Text(record), record.IsPartial));
        client.Signal(9);
    }

    private static void WaitForEnd(int pid)
    {
        using var process = Inro.Linux.Processes.PidFd.Open(pid);
        process.Reap(Patience);
    }

    private static string Text(LogRecord record) => Encoding.UTF8.GetString(record.Bytes.Span);

    private static string ReadAll(SafeFileHandle from) => ReadUntil(from, null);

    private static string ReadUntil(SafeFileHandle from, string? text)
    {
        var read = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Patience)
        {
            Descriptor.Poll([new PollEntry { Descriptor = (int)from.DangerousGetHandle(), Wanted = PollEvents.Readable }], 1000);
            int count = Descriptor.Read(from, buffer);
            if (count == -(int)Inro.Linux.Errno.EAGAIN) { continue; }

            if (count <= 0) { return Encoding.UTF8.GetString(read.ToArray()); }

            read.Write(buffer, 0, count);
            if (text is not null && Encoding.UTF8.GetString(read.ToArray()).Contains(text, StringComparison.Ordinal)) { return Encoding.UTF8.GetString(read.ToArray()); }
        }

        throw new TimeoutException("the output did not end");
    }
}
