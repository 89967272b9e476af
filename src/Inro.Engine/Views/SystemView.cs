using Inro.Engine.Configuration;
using Inro.Engine.Containers;
using Inro.Engine.Images;
using Inro.Engine.Storage;
using Inro.Engine.Volumes;
using Inro.Linux.Cgroups;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec;
using Inro.Spec.DockerApi;

namespace Inro.Engine.Views;

/// <summary>The engine and its host in Docker's shape: for <c>info</c> and the API alike.</summary>
public static class SystemView
{
    private const string Runtime = "inro-oci";
    private const int IdBytes = 16;
    private const string IdName = "engine-id";

    /// <summary>Looks at everything.</summary>
    /// <param name="paths">The instance.</param>
    /// <param name="containers">All containers.</param>
    /// <param name="images">Its images.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="architecture">As uname says.</param>
    public static SystemInfo Read(InstancePaths paths, IReadOnlyList<ContainerSummary> containers, ImageService images, string version, string architecture)
    {
        CgroupLayout cgroups = CgroupLayout.Read();
        SnapshotKind storage = new StorageChoice(paths.Root, ConfigurationReader.ReadStorage).Find();
        (string system, string release) = OperatingSystem();
        int running = containers.Count(static c => c.State is ContainerState.Running or ContainerState.Restarting);
        int paused = containers.Count(static c => c.State == ContainerState.Paused);
        bool hasMemory = cgroups.Find("memory") is not null;
        bool hasCpu = cgroups.Find("cpu") is not null;
        bool isUnified = cgroups.IsPureUnified;
        return new SystemInfo
        {
            Id = IdOf(paths),
            Containers = containers.Count,
            ContainersRunning = running,
            ContainersPaused = paused,
            ContainersStopped = containers.Count - running - paused,
            Images = images.List().Count,
            Driver = storage == SnapshotKind.Overlay ? "overlay2" : SnapshotKinds.NameOf(storage),
            DriverStatus = [["Backing Filesystem", FileSystemOf(paths.Root)], ["Supports d_type", "true"], ["userxattr", paths.IsRootful ? "false" : "true"]],
            Plugins = new SystemPlugins { Volume = VolumeCatalog.DriverNames, Network = ["host", "null"], Log = Logs.LogDriverNames.All },
            MemoryLimit = hasMemory,
            SwapLimit = cgroups.Find("memory") is { } memory && (memory.IsUnified || File.Exists(memory.MountPoint + "/memory.memsw.limit_in_bytes")),
            CpuCfsPeriod = hasCpu,
            CpuCfsQuota = hasCpu,
            CpuShares = hasCpu,
            CpuSet = cgroups.Find("cpuset") is not null,
            PidsLimit = cgroups.Find("pids") is not null,
            IsForwarding = Text("/proc/sys/net/ipv4/ip_forward") == "1",
            OomKillDisable = hasMemory && !isUnified,
            SystemTime = Rfc3339.Format(TimeProvider.System.NowNanoseconds()),
            LoggingDriver = Logs.LogDriverNames.Of(Logs.LogDriver.Local),
            CgroupDriver = "cgroupfs",
            CgroupVersion = isUnified ? "2" : "1",
            KernelVersion = Text("/proc/sys/kernel/osrelease"),
            OperatingSystem = system,
            OsVersion = release,
            Architecture = architecture,
            Cpus = Environment.ProcessorCount,
            MemTotal = MemoryBytes(),
            DockerRootDir = paths.Root,
            HttpProxy = Variable("HTTP_PROXY"),
            HttpsProxy = Variable("HTTPS_PROXY"),
            NoProxy = Variable("NO_PROXY"),
            Name = Environment.MachineName,
            ServerVersion = version,
            Runtimes = new Dictionary<string, SystemRuntime>(StringComparer.Ordinal) { [Runtime] = new SystemRuntime { Path = Runtime } },
            DefaultRuntime = Runtime,
            Swarm = new SystemSwarm(),
            InitBinary = "inro",
            SecurityOptions = SecurityOptions(paths, isUnified),
            CdiSpecDirectories = ConfigurationReader.ReadCdiDirectories(),
            Warnings = hasMemory ? [] : ["WARNING: No memory limit support"],
        };
    }

    private static List<string> SecurityOptions(InstancePaths paths, bool isUnified)
    {
        List<string> options = [];
        if (Directory.Exists("/sys/kernel/security/apparmor")) { options.Add("name=apparmor"); }

        options.Add("name=seccomp,profile=builtin");
        if (File.Exists("/sys/fs/selinux/enforce")) { options.Add("name=selinux"); }

        if (!paths.IsRootful) { options.Add("name=rootless"); }

        if (isUnified) { options.Add("name=cgroupns"); }

        return options;
    }

    /// <summary>The instance's own id, made when it is first asked for.</summary>
    private static string IdOf(InstancePaths paths)
    {
        string file = $"{paths.Root}/{IdName}";
        if (Text(file) is { Length: IdBytes * 2 } there) { return Dashed(there); }

        string made = KernelRandom.Hex(IdBytes);
        using DirFd root = DirFd.Open(paths.Root);
        AtomicFile.Write(root, IdName, System.Text.Encoding.ASCII.GetBytes(made), durable: false);
        return Dashed(made);
    }

    private static string Dashed(string id) => $"{id[..8]}-{id[8..12]}-{id[12..16]}-{id[16..20]}-{id[20..]}";

    private static string FileSystemOf(string path) => FileSystemType.MagicOf(path) switch
    {
        0xEF53 => "extfs",
        0x58465342 => "xfs",
        0x9123683E => "btrfs",
        0x01021994 => "tmpfs",
        0x794C7630 => "overlayfs",
        0x2FC12FC1 => "zfs",
        0xF2F52010 => "f2fs",
        var magic => $"0x{magic:x}",
    };

    private static (string Name, string Version) OperatingSystem()
    {
        string name = "Linux";
        string version = "";
        foreach (string line in Text("/etc/os-release").Split('\n'))
        {
            if (line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal)) { name = line["PRETTY_NAME=".Length..].Trim('"', '\''); }

            if (line.StartsWith("VERSION_ID=", StringComparison.Ordinal)) { version = line["VERSION_ID=".Length..].Trim('"', '\''); }
        }

        return (name, version);
    }

    private static long MemoryBytes()
    {
        foreach (string line in Text("/proc/meminfo").Split('\n'))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal)) { return long.Parse(line["MemTotal:".Length..].Replace("kB", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture) * 1024; }
        }

        return 0;
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? Environment.GetEnvironmentVariable(name.ToLowerInvariant()) ?? "";

    private static string Text(string path)
    {
        try { return File.ReadAllText(path).TrimEnd('\n'); }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException) { return ""; }
    }
}
