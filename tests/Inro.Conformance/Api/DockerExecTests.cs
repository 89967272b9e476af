using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Api;

/// <summary>docker's own client starts further processes, joins and leaves.</summary>
public sealed class DockerExecTests
{
    private const Needs Usual = Instance.Usual | Needs.Docker;

    [KernelFact(Usual)]
    public void An_exec_shows_both_streams_takes_input_and_gives_its_status()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");

        ToolResult streams = server.Run("exec", "-e", "A=b", "-u", "5", "one", "sh", "-c", "echo $A; id -u >&2; exit 3");
        ToolResult fed = server.Feed("typed\n", "exec", "-i", "one", "sh", "-c", "cat; echo after");
        ToolResult missing = server.Run("exec", "one", "nosuch");

        Assert.Equal((3, "b\n", "5\n"), (streams.ExitCode, streams.Output, streams.Error));
        Assert.Equal("typed\nafter\n", fed.Ok().Output);
        Assert.Equal(127, missing.ExitCode);
    }

    [KernelFact(Usual)]
    public void An_exec_with_a_terminal_has_a_size_and_gives_its_status()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        using PtySession person = server.AtTerminal("exec", "-it", "one", "sh");

        person.Expect("# ");
        person.Resize(40, 100);
        person.Type("sleep 0.3; stty size; tty\r");
        person.Expect("40 100\r\n/dev/pts/0");
        person.Type("exit 6\r");

        Assert.Equal(6, person.WaitForExit());
    }

    [KernelFact(Usual)]
    public void Execs_that_run_are_in_inspect_here_and_there()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");

        server.Ok("exec", "-d", "one", "sleep", "1000");
        instance.Ok("exec", "-d", "one", "sleep", "1000");

        string[] there = server.Ok("inspect", "-f", "{{range .ExecIDs}}{{.}} {{end}}", "one").Trim().Split(' ');
        Assert.Equal(2, there.Length);
        Assert.All(there, static id => Assert.Equal(64, id.Length));
        Assert.Equal(there, instance.Ok("inspect", "-f", "{{range .ExecIDs}}{{.}} {{end}}", "one").Trim().Split(' '));
    }

    [KernelFact(Usual)]
    public void A_person_leaves_an_attached_container_and_joins_again()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-dit", "--name", "one", "busybox", "sh");
        using (PtySession first = server.AtTerminal("attach", "one"))
        {
            first.Type("echo a$((1+1))b\r");
            first.Expect("a2b");
            first.Type("\x10\x11");
            first.WaitForExit();
        }

        Assert.StartsWith("Up", server.Ok("ps", "--format", "{{.Status}}"), StringComparison.Ordinal);
        using PtySession second = server.AtTerminal("attach", "one");
        second.Type("echo c$((1+2))d; exit 5\r");
        second.Expect("c3d");

        Assert.Equal(5, second.WaitForExit());
    }

    [KernelFact(Instance.Usual)]
    public void Several_terminals_see_one_container_and_one_that_leaves_disturbs_no_other()
    {
        using Instance instance = Instance.WithBusybox();
        instance.Ok("run", "-dit", "--name", "one", "busybox", "sh");
        using PtySession first = PtySession.StartInro("--root", instance.Root, "attach", "one");
        using PtySession second = PtySession.StartInro("--root", instance.Root, "attach", "one");
        first.Expect("# ");
        second.Expect("# ");

        first.Type("echo a$((1+1))b\r");
        first.Expect("a2b");
        second.Expect("a2b");
        first.Type("\x10\x11");
        first.Expect("read escape sequence");
        Assert.Equal(0, first.WaitForExit());
        second.Type("echo c$((1+2))d; exit 8\r");
        second.Expect("c3d");

        Assert.Equal(8, second.WaitForExit());
        Assert.DoesNotContain("c3d", first.Screen, StringComparison.Ordinal);
    }
}
