using Inro.KernelTests.Harness;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.KernelTests.Containers;

/// <summary>A bundle with a busybox rootfs, a runtime with a state directory of its own, and a check that nothing is left.</summary>
internal sealed class ContainerFixture : IDisposable
{
    private readonly LeakCheck leaks = LeakCheck.Begin();
    private int count;

    public ContainerFixture()
    {
        Bundle = TempDir.Create();
        TestRootfs.FillBusybox(Bundle / "rootfs");
        State = TempDir.Create();
        Runtime = new ContainerRuntime(State / "run", State / "filters");
    }

    public TempDir Bundle { get; }

    public TempDir State { get; }

    public ContainerRuntime Runtime { get; }

    /// <summary>An id that the leak check knows.</summary>
    public string NewId() => $"{leaks.Marker}-{++count}";

    /// <summary>The configuration that <c>runc spec</c> makes, without terminal, running a shell script.</summary>
    public static RuntimeConfig Config(string script) => new()
    {
        OciVersion = "1.2.0",
        Hostname = "inner",
        Root = new RootConfig { Path = "rootfs" },
        Process = new ProcessConfig
        {
            Args = ["/bin/sh", "-c", script], Env = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"], Cwd = "/", NoNewPrivileges = true,
            Capabilities = new CapabilitiesConfig { Bounding = ["CAP_KILL"], Effective = ["CAP_KILL"], Permitted = ["CAP_KILL"] },
        },
        Mounts =
        [
            new MountConfig { Destination = "/proc", Type = "proc", Source = "proc" },
            new MountConfig { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            new MountConfig { Destination = "/dev/pts", Type = "devpts", Source = "devpts", Options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"] },
            new MountConfig { Destination = "/dev/shm", Type = "tmpfs", Source = "shm", Options = ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
            new MountConfig { Destination = "/dev/mqueue", Type = "mqueue", Source = "mqueue", Options = ["nosuid", "noexec", "nodev"] },
            new MountConfig { Destination = "/sys", Type = "sysfs", Source = "sysfs", Options = ["nosuid", "noexec", "nodev", "ro"] },
            new MountConfig { Destination = "/sys/fs/cgroup", Type = "cgroup", Source = "cgroup", Options = ["nosuid", "noexec", "nodev", "relatime", "ro"] },
        ],
        Linux = new LinuxConfig
        {
            Namespaces = [new("pid", null), new("network", null), new("ipc", null), new("uts", null), new("mount", null), new("cgroup", null)],
            MaskedPaths = ["/proc/kcore", "/proc/keys", "/proc/acpi", "/sys/firmware", "/proc/nosuch"],
            ReadonlyPaths = ["/proc/sys", "/proc/bus"],
        },
    };

    /// <summary>The same in a user namespace whose root is the host's user 100000.</summary>
    public static RuntimeConfig InUserNamespace(RuntimeConfig config) => config with
    {
        Linux = config.Linux! with // Config always gives it
        {
            Namespaces = [.. config.Linux!.Namespaces, new("user", null)],
            UidMappings = [new(0, 100000, 65536)],
            GidMappings = [new(0, 100000, 65536)],
        },
    };

    /// <summary>Runs a container to its end and gives its output.</summary>
    public (string Output, int Status) Run(RuntimeConfig config, Func<LaunchRequest, LaunchRequest>? change = null)
    {
        string id = NewId();
        using PipeEnds pipe = Descriptor.Pipe();
        var request = new LaunchRequest { Id = id, Config = config, Bundle = Bundle.Path, StartNow = true, Stdio = new LaunchStdio(null, pipe.Write, pipe.Write) };
        using LaunchedContainer container = Runtime.Create(change?.Invoke(request) ?? request);
        pipe.Write.Dispose();
        string output = ReadToEnd(pipe.Read);
        ExitStatus? status = container.Process.Reap(TimeSpan.FromSeconds(20));
        Runtime.Delete(id, force: true);
        return (output, status?.Code ?? -1);
    }

    /// <summary>A container whose process waits at its gate.</summary>
    public LaunchedContainer Create(string id, RuntimeConfig config, SafeFileHandle? output = null)
    {
        File.WriteAllBytes(Bundle / "config.json", RuntimeConfigWriter.Write(config)); // an exec reads it
        return Runtime.Create(new LaunchRequest { Id = id, Config = config, Bundle = Bundle.Path, Stdio = new LaunchStdio(null, output, output) });
    }

    /// <summary>Runs a further process in a container to its end and gives its output.</summary>
    public (string Output, int Status) Exec(string id, ProcessConfig process, Func<ExecRequest, ExecRequest>? change = null)
    {
        using PipeEnds pipe = Descriptor.Pipe();
        var request = new ExecRequest { Id = id, Process = process, Stdio = new LaunchStdio(null, pipe.Write, pipe.Write) };
        using LaunchedContainer launched = Runtime.Exec(change?.Invoke(request) ?? request);
        pipe.Write.Dispose();
        string output = ReadToEnd(pipe.Read);
        return (output, launched.Process.Reap(TimeSpan.FromSeconds(20))?.Code ?? -1);
    }

    public static string ReadToEnd(SafeFileHandle file)
    {
        using var stream = new FileStream(new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, 0);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public void Dispose()
    {
        // After a test that failed midway; a container that a passing test leaves is found by the check through its cgroup.
        foreach (Inro.Runtime.State.ContainerState left in Runtime.List()) { Runtime.Delete(left.Id, force: true); }

        Runtime.Dispose();
        State.Dispose();
        Bundle.Dispose();
        leaks.Dispose();
    }
}
