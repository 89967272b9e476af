using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Containers.Compose;
using Inro.Engine.Containers.Rootfs;
using Inro.KernelTests.Harness;
using Inro.Linux.Files;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Spec;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>What a container of <see cref="FaultyContainer"/> is.</summary>
public enum ContainerKind
{
    /// <summary>Docker's default as root: device nodes are made.</summary>
    Rootful,

    /// <summary>In a user namespace whose maps the host writes while the process waits: devices and binds are taken before the clone.</summary>
    UserNamespace,

    /// <summary>Layers and a bind whose ids are mapped by a user namespace that is made beforehand and joined.</summary>
    MappedLayers,
}

/// <summary>
/// A container whose launch has every kind of step: docker's defaults as the engine composes them, limits, binds, a terminal that
/// goes over a console socket, and a hook of each kind.
/// </summary>
internal sealed class FaultyContainer : IDisposable
{
    /// <summary>Prints all by which a whole container is known; read against the same of a launch without a fault.</summary>
    private const string Inventory = """
        cut -d ' ' -f 4-6 /proc/self/mountinfo | sort; stat -c '%A %u %g %t,%T %N' /dev/* /dev/pts/*; cat /data/file /plain/file; touch /data/new || echo read-only
        grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Umask)' /proc/self/status; ulimit -a; hostname; tty; stty size; pwd; env; ls /proc/self/fd; cat /proc/self/cgroup
        """;

    private readonly FaultyInstance instance;
    private readonly string path;
    private readonly ContainerKind kind;

    /// <param name="instance">Where it lives.</param>
    /// <param name="number">Among the containers of the instance, from 0.</param>
    /// <param name="waits">True: its process waits at a gate for the start.</param>
    public FaultyContainer(FaultyInstance instance, ContainerKind kind, int number, bool waits)
    {
        this.instance = instance;
        this.kind = kind;
        Id = string.Create(CultureInfo.InvariantCulture, $"{instance.Mark}-{number}");
        path = instance.Directory.Dir(Id);
        MakeBundle();
        Console = new ConsoleSocket(path + "/console.sock");
        Request = new LaunchRequest
        {
            Id = Id, Config = Configure(), Bundle = path + "/bundle", ConsoleReceiver = Console.Send, StartNow = !waits, OwnsCgroupParent = true,
            Rootfs = kind == ContainerKind.MappedLayers ? new SnapshotMount { Directory = path + "/layers", Lower = ["1/fs"], Upper = "2/fs", Work = "2/work" } : null,
            NamespacesReady = static _ => { },
        };
        File.WriteAllBytes(path + "/bundle/config.json", RuntimeConfigWriter.Write(Request.Config)); // an exec reads it
    }

    /// <summary>The container's id, which is part of every name that the instance makes.</summary>
    public string Id { get; }

    private ContainerRuntime Runtime => instance.Runtime;

    public ConsoleSocket Console { get; }

    public LaunchRequest Request { get; set; }

    private bool IsMapped => kind != ContainerKind.Rootful;

    /// <summary>Launches to the end of the program, and deletes the container.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="LaunchException">The launch failed. A container that was created is deleted here too.</exception>
    public string Run(LaunchFault? fault)
    {
        using LaunchedContainer container = Runtime.Create(Request with { Fault = fault });
        using SafeFileHandle? console = Console.Take();
        try
        {
            Assert.True(console is not null, "no terminal came over the console socket");
            if (!Request.StartNow) { Runtime.Start(Id); }

            string shown = ConsoleSocket.ReadToEnd(console);
            Assert.Equal(0, container.Process.Reap(TimeSpan.FromSeconds(20))?.Code);
            return shown;
        }
        catch (LaunchException)
        {
            Assert.Equal("", ConsoleSocket.ReadToEnd(console!)); // not null: the start came after the check
            Assert.True(container.Process.Reap(TimeSpan.FromSeconds(20)) is not null, "a process that failed behind its gate did not end");
            throw;
        }
        finally
        {
            Runtime.Delete(Id, force: true);
        }
    }

    /// <summary>A launch that must fail, and whose undoing must not.</summary>
    public static LaunchException ExpectFailure(string what, Action launch)
    {
        Exception? thrown = Record.Exception(launch);
        var failure = thrown as LaunchException;
        Assert.True(failure is not null, $"{what}: {thrown?.ToString() ?? "the launch did not fail"}");
        Assert.True(failure.Failure.NotUndone.Count == 0, $"{what}: not undone: {string.Join("; ", failure.Failure.NotUndone)}");
        return failure;
    }

    /// <summary>Waits until the terminal of a launch that failed has no other end any more.</summary>
    public void DropConsole()
    {
        using SafeFileHandle? console = Console.Take();
        if (console is not null) { Assert.Equal("", ConsoleSocket.ReadToEnd(console)); }
    }

    public void Dispose() => Console.Dispose();

    private void MakeBundle()
    {
        string root = kind == ContainerKind.MappedLayers ? path + "/layers/1/fs" : path + "/bundle/rootfs";
        Directory.CreateDirectory(path + "/bundle");
        instance.Directory.File(Id + "/data/file", "bound\n");
        instance.Directory.File(Id + "/plain/file", "plain\n");
        TestRootfs.FillBusybox(root);
        if (kind == ContainerKind.MappedLayers)
        {
            Directory.CreateDirectory(path + "/layers/2/fs");
            Directory.CreateDirectory(path + "/layers/2/work");
        }
        else if (IsMapped)
        {
            Tool.Run("chown", ["-hR", $"{instance.HostId}:{instance.HostId}", root], TimeSpan.FromSeconds(20)).Ok();
        }
    }

    private RuntimeConfig Configure()
    {
        var config = new ContainerConfig
        {
            Image = "x", NetworkMode = "none", Command = ["sh", "-c", Inventory], Tty = true, ConsoleRows = 31, ConsoleColumns = 99, User = "guest", Hostname = "inner",
            WorkingDirectory = "/made/for/it", CapabilitiesAdded = ["NET_ADMIN"], SecurityOptions = ["no-new-privileges"], CgroupNamespace = "private",
            MemoryBytes = 64 << 20, PidsLimit = 100, NanoCpus = 500_000_000, CpuShares = 512, OomScoreAdjust = 500,
            ResourceLimits = [new ResourceLimit("nofile", 64, 128), new ResourceLimit("core", 0, 0)],
        };
        using DirFd root = DirFd.Open(kind == ContainerKind.MappedLayers ? path + "/layers/1/fs" : path + "/bundle/rootfs");
        ComposedContainer composed = RuntimeConfigComposer.Compose(new ComposeRequest
        {
            Config = config, Id = Id, Bundle = path + "/bundle", Rootfs = new DirectoryFiles(root), CgroupsPath = $"/{Id}/c", Host = HostFactsReader.Read(config),
            Image = new Inro.Spec.Image.ContainerDefaults { Env = ["PATH=/usr/local/bin:/usr/bin:/bin"] },
            IdMappings = IsMapped ? new IdMappings([new IdMapping(0, instance.HostId, 0x10000)], [new IdMapping(0, instance.HostId, 0x10000)]) : null,
        });
        foreach (BundleFile file in composed.Files) { File.WriteAllText($"{path}/bundle/{file.Name}", file.Content); }

        return composed.Config with
        {
            Mounts =
            [
                .. composed.Config.Mounts,
                new MountConfig { Destination = "/data", Type = "bind", Source = path + "/data", Options = ["rbind", "ro", "nosuid", .. kind == ContainerKind.MappedLayers ? ["idmap"] : Array.Empty<string>()] },
                new MountConfig { Destination = "/plain", Type = "bind", Source = path + "/plain", Options = ["bind"] },
            ],
            Hooks = new HooksConfig
            {
                Prestart = [Hook()], CreateRuntime = [Hook()], CreateContainer = [Hook()], StartContainer = [Hook()], Poststart = [Hook()], Poststop = [Hook()],
            },
        };
    }

    private HookConfig Hook() => new() { Path = "/bin/true", Args = ["true", Id], TimeoutSeconds = 20 };
}
