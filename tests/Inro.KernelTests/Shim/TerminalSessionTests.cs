using System.Runtime.InteropServices;
using System.Text;
using Inro.Engine.Attach;
using Inro.Engine.Shim;
using Inro.KernelTests.Harness;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Shim;

/// <remarks>Exclusive: a shim takes the status of every child that ends, and here it shares its process with other tests.</remarks>
[Collection(ExclusiveTests.Name)]
public sealed class TerminalSessionTests
{
    private static readonly AttachRequest Everything = new() { Stdin = true };

    [Fact]
    public void Piped_input_is_copied_and_its_end_ends_the_process()
    {
        using var shim = new ShimFixture("cat; exit 3");
        shim.Config = shim.Config with { StdinOpen = true };
        using ShimClient client = shim.Start(Everything);
        using PipeEnds input = Descriptor.Pipe();
        using PipeEnds output = Descriptor.Pipe();
        Descriptor.Write(input.Write, "x\n"u8);
        input.Write.Dispose();

        AttachResult result = TerminalSession.Run(client, new AttachOptions { SignalProxy = false }, input.Read, output.Write, output.Write);

        Assert.Equal((AttachOutcome.Exited, 3), (result.Outcome, result.Exit?.ExitCode));
        Assert.Equal("x\n", Read(output.Read));
    }

    [Theory]
    [InlineData("/dev/null", 0)]
    [InlineData("/proc/self/status", 0)]
    public void Input_may_be_a_device_or_a_file(string path, int code)
    {
        using var shim = new ShimFixture("cat >/dev/null");
        shim.Config = shim.Config with { StdinOpen = true };
        using ShimClient client = shim.Start(Everything);
        using SafeFileHandle input = Descriptor.Open(path, OpenFlags.Read);
        using SafeFileHandle output = Descriptor.Open("/dev/null", OpenFlags.Write);

        Assert.Equal(code, TerminalSession.Run(client, new AttachOptions { SignalProxy = false }, input, output, output).Exit?.ExitCode);
    }

    [Fact]
    public void Input_that_is_closed_from_the_start_is_at_its_end()
    {
        using var shim = new ShimFixture("cat; exit 2");
        shim.Config = shim.Config with { StdinOpen = true };
        using ShimClient client = shim.Start(Everything);
        using var closed = new SafeFileHandle(987_654, ownsHandle: false);

        AttachResult result = TerminalSession.Run(client, new AttachOptions { SignalProxy = false }, closed, closed, closed);

        Assert.Equal((AttachOutcome.Exited, 2), (result.Outcome, result.Exit?.ExitCode));
    }

    [Fact]
    public void Output_that_nobody_reads_ends_the_session_and_not_the_process()
    {
        using var shim = new ShimFixture("sleep 0.1; echo one; sleep 0.2; echo two");
        using ShimClient client = shim.Start(new AttachRequest());
        using PipeEnds output = Descriptor.Pipe();
        output.Read.Dispose();
        using SafeFileHandle input = Descriptor.Open("/dev/null", OpenFlags.Read);

        AttachResult result = TerminalSession.Run(client, new AttachOptions { SignalProxy = false }, input, output.Write, output.Write);
        shim.Join();

        Assert.Equal(AttachOutcome.OutputClosed, result.Outcome);
        Assert.Equal(2, shim.ReadLog().Count);
    }

    [Fact]
    public void Detach_keys_leave_the_process_and_the_terminal_is_as_it_was()
    {
        using var shim = new ShimFixture("echo ready; read x; stty size; sleep 30");
        shim.Config = shim.Config with { Terminal = true };
        using ShimClient client = shim.Start(Everything with { Stderr = false });
        using PseudoTerminal person = PseudoTerminal.Open();
        Terminal.SetWindowSize(person.Master, new WindowSize(12, 34));
        byte[] before = Settings(person.Slave);
        var typist = new Thread(() =>
        {
            ReadUntil(person.Master, "ready"); // copied by the session, so the terminal is raw by now
            Descriptor.Write(person.Master, "\r"u8);
            ReadUntil(person.Master, "12 34");
            Descriptor.Write(person.Master, [(byte)'a', 0x10, 0x11]);
        });
        typist.Start();

        AttachResult result = TerminalSession.Run(client, new AttachOptions { Terminal = true }, person.Slave, person.Slave, person.Slave);

        Assert.Equal(AttachOutcome.Detached, result.Outcome);
        Assert.Equal(before, Settings(person.Slave));
        Assert.Equal(ShimState.Running, ShimStatusFile.Read(shim.RunDirectory)!.State);
    }

    [Fact]
    public void A_killed_shim_ends_the_session_as_lost()
    {
        using var shim = new ShimFixture("echo one; sleep 30");
        using ShimClient client = shim.Start(new AttachRequest());
        using PipeEnds output = Descriptor.Pipe();
        using SafeFileHandle input = Descriptor.Open("/dev/null", OpenFlags.Read);
        AttachResult? result = null;
        var session = new Thread(() => result = TerminalSession.Run(client, new AttachOptions { SignalProxy = false }, input, output.Write, output.Write));
        session.Start();
        Assert.Equal("one\n", Read(output.Read));

        shim.Kill();

        Assert.True(session.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal(AttachOutcome.Lost, result!.Outcome);
    }

    private static void ReadUntil(SafeFileHandle from, string text)
    {
        for (string read = ""; !read.Contains(text, StringComparison.Ordinal);) { read += Read(from); }
    }

    private static byte[] Settings(SafeFileHandle terminal) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<TerminalMode>([Terminal.GetMode(terminal)])).ToArray();

    private static string Read(SafeFileHandle from)
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, Math.Max(0, Descriptor.Read(from, buffer)));
    }
}
