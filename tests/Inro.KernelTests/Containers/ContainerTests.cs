using Inro.KernelTests.Harness;
using Inro.Linux.Descriptors;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Runtime.State;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>Bundles in, containers out, on the real kernel.</summary>
public sealed class ContainerTests
{
    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_container_has_its_own_processes_name_mounts_devices_and_network()
    {
        using var fixture = new ContainerFixture();
        (string output, int status) = fixture.Run(ContainerFixture.Config(
            "echo pid $$; hostname; ls /sys/class/net; grep -c ' / ro\\| / rw' /proc/self/mountinfo; ls /dev; cat /sys/class/net/lo/flags; echo x > /dev/null && exit 5"));
        Assert.Equal(5, status);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["pid 1", "inner", "lo", "1"], lines[..4]);
        Assert.Equal(["fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"], lines[4..^1]);
        Assert.Equal("0x9", lines[^1]); // up, loopback
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Masked_paths_are_empty_and_read_only_paths_cannot_be_written()
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("cat /proc/keys | wc -c; ls /sys/firmware | wc -l; echo 1 > /proc/sys/kernel/shm_rmid_forced || echo refused; touch /x || echo no root");
        (string output, _) = fixture.Run(config with { Root = new RootConfig { Path = "rootfs", Readonly = true } });
        Assert.Equal(["0", "0"], output.Split('\n')[..2]);
        Assert.Contains("refused", output, StringComparison.Ordinal);
        Assert.Contains("no root", output, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Identity_limits_and_capabilities_are_as_asked()
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config(
            "id -u; id -g; id -G; umask; ulimit -n; pwd; grep -E 'CapInh|CapPrm|CapBnd|CapAmb|NoNewPrivs' /proc/self/status | tr -d '\\t'");
        config = config with
        {
            Process = config.Process! with
            {
                User = new UserConfig { Uid = 1000, Gid = 1001, AdditionalGids = [5, 6], Umask = 0x1F },
                Rlimits = [new("RLIMIT_NOFILE", 33, 44)],
                Cwd = "/made/for/it",
                Capabilities = new CapabilitiesConfig
                {
                    Bounding = ["CAP_KILL", "CAP_CHOWN"], Effective = ["CAP_KILL"], Permitted = ["CAP_KILL"], Inheritable = ["CAP_KILL"], Ambient = ["CAP_KILL"],
                },
            },
        };
        (string output, int status) = fixture.Run(config);
        Assert.Equal(0, status);
        Assert.Equal("1000\n1001\n1001 5 6\n0037\n33\n/made/for/it\nCapInh:0000000000000020\nCapPrm:0000000000000020\nCapBnd:0000000000000021\nCapAmb:0000000000000020\nNoNewPrivs:1\n", output);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Binds_take_their_options_and_missing_places_are_made()
    {
        using var fixture = new ContainerFixture();
        fixture.Bundle.File("shared/f", "content");
        fixture.Bundle.File("one", "single");
        RuntimeConfig config = ContainerFixture.Config("cat /a/b/c/f /deep/one; touch /a/b/c/g || echo read-only; grep ' /a/b/c ' /proc/self/mountinfo");
        config = config with
        {
            Mounts =
            [
                .. config.Mounts,
                new MountConfig { Destination = "/a/b/c", Type = "bind", Source = "shared", Options = ["rbind", "ro", "nosuid", "nodev", "noexec", "rprivate"] },
                new MountConfig { Destination = "/deep/one", Source = fixture.Bundle / "one", Options = ["bind"] },
            ],
        };
        (string output, _) = fixture.Run(config);
        Assert.StartsWith("contentsingle", output, StringComparison.Ordinal);
        Assert.Contains("read-only", output, StringComparison.Ordinal);
        Assert.Contains("ro,nosuid,nodev,noexec", output, StringComparison.Ordinal);
    }

    [KernelTheory(Needs.Root | Needs.Busybox | Needs.UserNamespaces)]
    [InlineData("c", 1, 3, "the device 1:3 /dev/zero: ENODEV")]
    [InlineData("b", 1, 5, "a block device /dev/zero: ENODEV")]
    public void In_a_user_namespace_a_path_of_the_host_that_is_another_device_is_refused(string type, int major, int minor, string text)
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.InUserNamespace(ContainerFixture.Config("true"));
        config = config with
        {
            Linux = config.Linux! with { Devices = [new DeviceConfig { Type = type, Path = "/dev/zero", Major = major, Minor = minor }] }, // Config always gives it
        };

        LaunchException failure = Assert.Throws<LaunchException>(() => fixture.Run(config));

        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.UserNamespaces)]
    public void A_user_namespace_maps_root_away()
    {
        using var fixture = new ContainerFixture();
        Tool.Run("chown", ["-R", "100000:100000", fixture.Bundle / "rootfs"], TimeSpan.FromSeconds(20));
        (string output, int status) = fixture.Run(ContainerFixture.InUserNamespace(ContainerFixture.Config(
            "id -u; cat /proc/self/uid_map | tr -s ' '; touch /mine && stat -c %u /mine; echo x > /dev/null && echo null; ls /proc/sys/kernel | wc -l")));
        Assert.Equal(0, status);
        Assert.StartsWith("0\n 0 100000 65536\n0\nnull\n", output, StringComparison.Ordinal);
        Assert.Equal("100000", Tool.Run("stat", ["-c", "%u", fixture.Bundle / "rootfs/mine"], TimeSpan.FromSeconds(20)).Output.Trim());
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_limit_of_one_task_still_starts()
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("echo alone; (echo two) || echo no fork");
        config = config with { Linux = config.Linux! with { Resources = new LinuxResources { Pids = new PidsResources(1) } } };
        (string output, _) = fixture.Run(config);
        Assert.StartsWith("alone\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("two\n", output.Replace("can't fork", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Created_started_and_stopped_follow_each_other()
    {
        using var fixture = new ContainerFixture();
        string id = fixture.NewId();
        using PipeEnds pipe = Descriptor.Pipe();
        using (LaunchedContainer container = fixture.Create(id, ContainerFixture.Config("echo ran; exec sleep 1000"), pipe.Write))
        {
            Assert.Equal(ContainerStatus.Created, fixture.Runtime.State(id).Status);
            using (var other = new ContainerRuntime(fixture.State / "run", fixture.State / "filters")) { other.Start(id); } // not the creator
            Assert.Equal(ContainerStatus.Running, fixture.Runtime.State(id).Status);
            var running = Assert.Throws<RuntimeException>(() => fixture.Runtime.Delete(id));
            Assert.Equal(RuntimeError.WrongState, running.Error);
            Assert.Throws<RuntimeException>(() => fixture.Runtime.Start(id));
            Assert.True(Descriptor.WaitReadable((int)pipe.Read.DangerousGetHandle(), TimeSpan.FromSeconds(10)), "the program wrote nothing");
            fixture.Runtime.Kill(id, 9);
            Assert.Equal(137, container.Process.Reap(TimeSpan.FromSeconds(10))?.Code);
            Assert.Equal(ContainerStatus.Stopped, fixture.Runtime.State(id).Status);
            Assert.Throws<RuntimeException>(() => fixture.Runtime.Kill(id, 15));
        }

        fixture.Runtime.Delete(id);
        Assert.Equal(RuntimeError.NotFound, Assert.Throws<RuntimeException>(() => fixture.Runtime.State(id)).Error);
        pipe.Write.Dispose();
        Assert.Equal("ran\n", ContainerFixture.ReadToEnd(pipe.Read));
    }

    [KernelTheory(Needs.Root | Needs.Busybox)]
    [InlineData("nosuch", RuntimeError.ProgramNotFound, "exec \"nosuch\": executable file not found in $PATH")]
    [InlineData("/bin/nosuch", RuntimeError.ProgramNotFound, "exec /bin/nosuch: no such file or directory")]
    [InlineData("/etc", RuntimeError.ProgramNotExecutable, "exec /etc: is a directory")]
    [InlineData("/plain", RuntimeError.ProgramNotExecutable, "exec /plain: permission denied")]
    [InlineData("/script", RuntimeError.ProgramNotFound, "exec /script: its interpreter /opt/nosuch does not exist in the container")]
    public void What_cannot_be_executed_is_said_before_the_gate(string program, RuntimeError error, string message)
    {
        using var fixture = new ContainerFixture();
        fixture.Bundle.File("rootfs/plain", "x", UnixFileMode.UserRead);
        fixture.Bundle.File("rootfs/script", "#!/opt/nosuch -x\n", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        RuntimeConfig config = ContainerFixture.Config("");
        config = config with { Process = config.Process! with { Args = [program] } };
        var e = Assert.Throws<RuntimeException>(() => fixture.Create(fixture.NewId(), config));
        Assert.Equal((error, message), (e.Error, e.Message));
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Exec_joins_and_takes_its_own_identity()
    {
        using var fixture = new ContainerFixture();
        string id = fixture.NewId();
        using LaunchedContainer container = fixture.Create(id, ContainerFixture.Config("exec sleep 1000"));
        fixture.Runtime.Start(id);
        var process = new ProcessConfig
        {
            Args = ["sh", "-c", "hostname; id -u; grep CapPrm /proc/self/status | tr -d '\\t'; test -e /proc/1/comm && echo sees; cat /proc/self/cgroup | grep -vc ':/$'; exit 9"],
            Env = ["PATH=/bin"], Cwd = "/", User = new UserConfig { Uid = 7 },
        };
        string output;
        int? status;
        using (PipeEnds pipe = Descriptor.Pipe())
        using (LaunchedContainer launched = fixture.Runtime.Exec(new ExecRequest { Id = id, Process = process, Stdio = new LaunchStdio(null, pipe.Write, pipe.Write) }))
        {
            pipe.Write.Dispose();
            output = ContainerFixture.ReadToEnd(pipe.Read);
            status = launched.Process.Reap(TimeSpan.FromSeconds(10))?.Code;
        }

        fixture.Runtime.Delete(id, force: true);
        container.Process.Reap(TimeSpan.FromSeconds(10));
        Assert.Equal((9, "inner\n7\nCapPrm:0000000000000000\nsees\n0\n"), (status, output)); // 0: in the container's view every cgroup is the top
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Hooks_run_at_their_points_with_the_state()
    {
        using var fixture = new ContainerFixture();
        HookConfig Hook(string name) => new() { Path = "/bin/sh", Args = ["sh", "-c", $"cat > {fixture.Bundle.Path}/{name}"] };
        RuntimeConfig config = ContainerFixture.Config("cat /dev/shm/started");
        config = config with
        {
            Hooks = new HooksConfig
            {
                Prestart = [Hook("1")], CreateRuntime = [Hook("2")], CreateContainer = [Hook("3")], Poststart = [Hook("4")], Poststop = [Hook("5")],
                StartContainer = [new HookConfig { Path = "/bin/sh", Args = ["sh", "-c", "cat > /dev/shm/started"] }],
            },
        };
        (string output, int status) = fixture.Run(config);
        Assert.Equal(0, status);
        Assert.StartsWith("{\"ociVersion\":\"1.2.0\",", output, StringComparison.Ordinal);
        Assert.All(["1", "2", "3", "4", "5"], name => Assert.Contains("\"bundle\":\"" + fixture.Bundle.Path, File.ReadAllText(fixture.Bundle / name), StringComparison.Ordinal));
        Assert.Contains("\"status\":\"stopped\"", File.ReadAllText(fixture.Bundle / "5"), StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_hook_that_fails_ends_the_launch_and_leaves_nothing()
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("") with { Hooks = new HooksConfig { CreateRuntime = [new HookConfig { Path = "/bin/false" }] } };
        string id = fixture.NewId();
        var e = Assert.Throws<RuntimeException>(() => fixture.Create(id, config));
        Assert.Equal((RuntimeError.HookFailed, "hook createRuntime[0] /bin/false: exit status 1"), (e.Error, e.Message));
        Assert.Equal(RuntimeError.NotFound, Assert.Throws<RuntimeException>(() => fixture.Runtime.State(id)).Error);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_terminal_is_the_containers_own_console()
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("tty; stty size; test -c /dev/console && echo console; read line < /dev/tty; echo got $line");
        config = config with { Process = config.Process! with { Terminal = true, ConsoleSize = new ConsoleSize(31, 99) } };
        string id = fixture.NewId();
        using LaunchedContainer container = fixture.Runtime.Create(new LaunchRequest { Id = id, Config = config, Bundle = fixture.Bundle.Path, StartNow = true });
        SafeFileHandle console = container.Console!; // asked for and not received by anybody else
        string asked = ReadUntil(console, "console\n"); // the word's echo would fall anywhere among what is said before
        Descriptor.Write(console, "word\n"u8);
        string answered = ReadUntil(console, "got word\n");
        container.Process.Reap(TimeSpan.FromSeconds(10));
        fixture.Runtime.Delete(id);
        Assert.Equal("/dev/pts/0\n31 99\nconsole\n", asked);
        Assert.Equal("word\ngot word\n", answered);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_filter_forbids_calls()
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("mkdir /dev/shm/x 2>&1 || echo forbidden; grep Seccomp: /proc/self/status | tr -d '\\t'");
        config = config with
        {
            Process = config.Process! with { NoNewPrivileges = false },
            Linux = config.Linux! with
            {
                Seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new SeccompRule { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_ERRNO" }] },
            },
        };
        (string output, _) = fixture.Run(config);
        Assert.EndsWith("forbidden\nSeccomp:2\n", output, StringComparison.Ordinal);
    }

    /// <summary>What a console says up to and with <paramref name="end"/>; it fails when the other side closes before.</summary>
    private static string ReadUntil(SafeFileHandle console, string end)
    {
        Span<byte> buffer = stackalloc byte[512];
        string said = "";
        while (!said.EndsWith(end, StringComparison.Ordinal))
        {
            int count = Descriptor.Read(console, buffer);
            Assert.NotEqual(0, count);
            said += System.Text.Encoding.UTF8.GetString(buffer[..count]).Replace("\r", "", StringComparison.Ordinal);
        }

        return said;
    }
}
