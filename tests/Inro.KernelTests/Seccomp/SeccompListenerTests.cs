using System.Runtime.InteropServices;
using System.Text.Json;
using Inro.KernelTests.Containers;
using Inro.KernelTests.Harness;
using Inro.Linux.Descriptors;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Runtime.State;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Seccomp;

/// <summary>Calls about which an agent decides: its descriptor comes out of a process that may already do nothing else.</summary>
public sealed class SeccompListenerTests
{
    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp)]
    public void An_agent_decides_about_the_calls_of_a_container_that_runs_at_once()
    {
        using var fixture = new ContainerFixture();
        string path = fixture.State / "agent.sock";
        using var agent = new SeccompAgentSocket(path);
        Task<(JsonElement Said, int Call)> answer = agent.RefuseOne();

        (string output, int status) = fixture.Run(Config(path, "mkdir /made; echo over"), r => r with { Config = r.Config with { Annotations = new Dictionary<string, string> { ["a"] = "b" } } });

        (JsonElement said, int call) = answer.Result;
        Assert.Equal((0, "mkdir: can't create directory '/made': Numerical argument out of domain\nover\n"), (status, output));
        Assert.Equal(MkdirNumber, call);
        Assert.Equal("1.2.0", said.GetProperty("ociVersion").GetString());
        Assert.Equal(["seccompFd"], said.GetProperty("fds").EnumerateArray().Select(static f => f.GetString()));
        Assert.Equal("for the agent", said.GetProperty("metadata").GetString());
        JsonElement state = said.GetProperty("state");
        Assert.Equal(said.GetProperty("pid").GetInt32(), state.GetProperty("pid").GetInt32());
        Assert.Equal("creating", state.GetProperty("status").GetString());
        Assert.Equal(fixture.Bundle.Path, state.GetProperty("bundle").GetString());
        Assert.Equal("b", state.GetProperty("annotations").GetProperty("a").GetString());
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp)]
    public void A_container_that_waits_is_handed_over_at_its_start_and_each_exec_by_itself()
    {
        using var fixture = new ContainerFixture();
        string path = fixture.State / "agent.sock";
        using var agent = new SeccompAgentSocket(path);
        string id = fixture.NewId();
        using PipeEnds pipe = Descriptor.Pipe();
        using LaunchedContainer container = fixture.Create(id, Config(path, "mkdir /made; exec sleep 1000"), pipe.Write);
        Task<(JsonElement Said, int Call)> first = agent.RefuseOne();
        using (var other = new ContainerRuntime(fixture.State / "run", fixture.State / "filters")) { other.Start(id); } // not the creator
        Assert.Equal("created", first.Result.Said.GetProperty("state").GetProperty("status").GetString());
        Assert.Equal(container.Pid, first.Result.Said.GetProperty("pid").GetInt32());

        Task<(JsonElement Said, int Call)> second = agent.RefuseOne();
        (string output, _) = fixture.Exec(id, new ProcessConfig { Args = ["/bin/mkdir", "/made"], Env = [], Cwd = "/" });

        Assert.Contains("Numerical argument out of domain", output, StringComparison.Ordinal);
        JsonElement state = second.Result.Said.GetProperty("state");
        Assert.Equal(("running", container.Pid), (state.GetProperty("status").GetString(), state.GetProperty("pid").GetInt32()));
        Assert.NotEqual(container.Pid, second.Result.Said.GetProperty("pid").GetInt32());
        fixture.Runtime.Delete(id, force: true);
        container.Process.Reap(TimeSpan.FromSeconds(10));
        pipe.Write.Dispose();
        Assert.Contains("Numerical argument out of domain", ContainerFixture.ReadToEnd(pipe.Read), StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp)]
    public void A_filter_that_kills_at_every_call_of_the_handing_over_lets_it_happen()
    {
        using var fixture = new ContainerFixture();
        string path = fixture.State / "agent.sock";
        using var agent = new SeccompAgentSocket(path);
        RuntimeConfig config = Config(path, "mkdir /made; echo over");
        LinuxSeccomp strict = config.Linux!.Seccomp! with // Config gives both
        {
            Syscalls =
            [
                .. config.Linux!.Seccomp!.Syscalls,
                new SeccompRule { Action = "SCMP_ACT_KILL_PROCESS", Names = ["sendmsg", "sendto", "recvmsg", "recvfrom", "sched_yield", "exit", "futex", "nanosleep", "clone3", "pidfd_getfd"] },
            ],
        };
        Task<(JsonElement Said, int Call)> answer = agent.RefuseOne();

        (string output, int status) = fixture.Run(config with { Linux = config.Linux! with { Seccomp = strict } });

        Assert.Equal((0, "mkdir: can't create directory '/made': Numerical argument out of domain\nover\n"), (status, output));
        Assert.Equal(MkdirNumber, answer.Result.Call);
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp)]
    public void Without_an_agent_nothing_runs()
    {
        using var fixture = new ContainerFixture();
        string path = fixture.State / "agent.sock";
        RuntimeException now = Assert.Throws<RuntimeException>(() => fixture.Run(Config(path, "touch /ran")));
        Assert.StartsWith($"linux.seccomp.listenerPath {path}: connect", now.Message, StringComparison.Ordinal);

        string id = fixture.NewId();
        using (LaunchedContainer container = fixture.Create(id, Config(path, "touch /ran")))
        {
            RuntimeException later = Assert.Throws<RuntimeException>(() => fixture.Runtime.Start(id));
            Assert.StartsWith($"linux.seccomp.listenerPath {path}: connect", later.Message, StringComparison.Ordinal);
            Assert.NotNull(container.Process.Reap(TimeSpan.FromSeconds(10)));
            Assert.Equal(ContainerStatus.Stopped, fixture.Runtime.State(id).Status);
        }

        fixture.Runtime.Delete(id);
        Assert.False(File.Exists(fixture.Bundle / "rootfs/ran"));
    }

    [KernelTheory(Needs.Root | Needs.Busybox | Needs.LibSeccomp)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_launch_that_fails_at_the_handing_over_leaves_nothing(bool kills)
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = Config(fixture.State / "agent.sock", "touch /ran");
        using LaunchProgram program = fixture.Runtime.Compile(new LaunchRequest { Id = "x", Bundle = fixture.Bundle.Path, Config = config, StartNow = true });
        int number = program.Operations.Single(static o => o.Kind == LaunchOperationKind.Listen).Number;
        LaunchFault fault = kills ? LaunchFault.Kill(number) : LaunchFault.Fail(number, Linux.Errno.ENOMEM);

        LaunchException failure = Assert.Throws<LaunchException>(() => fixture.Run(config, r => r with { Fault = fault }));

        Assert.Empty(failure.Failure.NotUndone);
        Assert.False(File.Exists(fixture.Bundle / "rootfs/ran"));
    }

    private static int MkdirNumber => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 83 : 34; // mkdirat where there is no mkdir

    private static RuntimeConfig Config(string agent, string script)
    {
        RuntimeConfig config = ContainerFixture.Config(script);
        var seccomp = new LinuxSeccomp
        {
            DefaultAction = "SCMP_ACT_ALLOW", ListenerPath = agent, ListenerMetadata = "for the agent",
            Syscalls = [new SeccompRule { Action = "SCMP_ACT_NOTIFY", Names = ["mkdir", "mkdirat"] }],
        };
        return config with { Linux = config.Linux! with { Seccomp = seccomp } }; // Config always gives it
    }
}
