using System.Buffers;
using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Volumes;

namespace Inro.Cli.Arguments;

/// <content>What podman has and docker has not.</content>
internal sealed partial class ContainerFlags
{
    private const string ZoneDirectory = "/usr/share/zoneinfo";
    private const string LocalTime = "/etc/localtime";
    private const int LargestUmask = 511; // 0777

    private static readonly SearchValues<char> ZoneCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-");

    private readonly List<string> unset = [];
    private readonly List<string> requires = [];
    private readonly List<string> chrootDirectories = [];
    private readonly List<string> environmentMerges = [];
    private bool takesHostVariables;
    private bool takesProxies;
    private bool hasTemporaries;

    /// <summary>A container that has the name is removed first.</summary>
    public bool Replaces { get; private set; }

    /// <summary>The image is removed after the run, unless something else needs it.</summary>
    public bool RemovesImage { get; private set; }

    /// <summary>The socket of the API and the client's credentials are shown.</summary>
    public bool UsesApiSocket { get; private set; }

    /// <summary>The service manager is told when the container runs.</summary>
    public bool TellsManager { get; private set; }

    private void AddPodman(FlagTable table) => table
        .Text("cgroups", '\0', "Cgroup of the container: enabled, or no-conmon, which is the same here", v => FlagValue.OneOf(v, "enabled", "no-conmon"), initially: "enabled", offers: Completion.Of("enabled", "no-conmon"))
        .List("chrootdirs", '\0', "Directories of the container that get /etc/hosts, /etc/hostname and /etc/resolv.conf, too", v => chrootDirectories.AddRange(v.Split(',').Select(InContainer)))
        .Text("conmon-pidfile", '\0', "Write the pid of the process that stays beside the container to a file, while it runs", v => config = config with { ShimPidFile = PidPath(v) }, offers: Completion.File)
        .Switch("http-proxy", '\0', "Give the container this command's variables of proxies (http_proxy, https_proxy, ftp_proxy, no_proxy)", v => takesProxies = v)
        .Text("image-volume", '\0', "What becomes of the image's volumes (anonymous|bind|tmpfs|ignore)", v => config = config with { ImageVolumes = FlagValue.OneOf(v, "anonymous", "bind", "tmpfs", "ignore") is "tmpfs" or "ignore" ? v : null }, offers: Completion.Of("anonymous", "tmpfs", "ignore"))
        .Text("init-path", '\0', "Program of the host that --init puts before the command", v => config = config with { InitProgram = HostFile(v) }, offers: Completion.File)
        .List("env-merge", '\0', "Set a variable from those of the image: PATH=${PATH}:/opt/bin", v => environmentMerges.Add(v.IndexOf('=', StringComparison.Ordinal) > 0 ? v : throw new FormatException($"invalid environment variable: {v}")))
        .Text("personality", '\0', "Execution domain of the processes: LINUX or LINUX32 (what uname says)", v => config = config with { Personality = FlagValue.OneOf(v.ToUpperInvariant(), "LINUX", "LINUX32") }, offers: Completion.Of("LINUX", "LINUX32"))
        .Text("pidfile", '\0', "Write the pid of the container's process to a file, while it runs", v => config = config with { PidFile = PidPath(v) }, offers: Completion.File)
        .Text("rdt-class", '\0', "Class of the processor's caches and memory bandwidth (resctrl) that the container joins", v => config = config with { ResourceClass = FlagValue.FileName(v) })
        .Switch("read-only-tmpfs", '\0', "With --read-only: memory file systems at /run, /tmp and /var/tmp", v => hasTemporaries = v)
        .Number("timeout", '\0', "Kill the container when it has run for so many seconds; 0: never", v => config = config with { RunSeconds = v == 0 ? null : (int)v }, least: 0, most: int.MaxValue / 1000)
        .Switch("env-host", '\0', "Give the container all variables of this command's environment", v => takesHostVariables = v)
        .Text("sdnotify", '\0', "Tell the service manager that has started this command when the container runs: conmon, or ignore", v => TellsManager = FlagValue.OneOf(v, "conmon", "ignore") == "conmon", initially: "ignore", offers: Completion.Of("conmon", "ignore"))
        .Text("seccomp-policy", '\0', "Where the filter of system calls comes from: default", v => FlagValue.OneOf(v, "default"), initially: "default", offers: Completion.Of("default"))
        .Switch("replace", '\0', "Remove a container that has the same name first", v => Replaces = v)
        .List("requires", '\0', "Containers that are started before this one", v => requires.AddRange(v.Split(',', StringSplitOptions.RemoveEmptyEntries)), offers: Completion.Container)
        .Text("tz", '\0', "Time zone of the container: a name (Europe/Vienna), or 'local' for the host's", v => mounts.Add(Zone(v)))
        .Text("umask", '\0', "Mask of the process's file modes, in octal", v => config = config with { Umask = Mask(v) })
        .List("unsetenv", '\0', "Leave a variable of the image out", v => unset.Add(VariableName(v)))
        .Switch("unsetenv-all", '\0', "Leave all variables of the image out, and PATH", v => config = config with { ClearsEnvironment = v })
        .Switch("use-api-socket", '\0', "Bind mount the API socket and the client's credentials", v => UsesApiSocket = v);

    /// <summary>Adds <c>--rmi</c>: only a run knows its end.</summary>
    public void AddRemovalOfImage(FlagTable table) =>
        table.Switch("rmi", '\0', "Remove the image after the run, unless something else needs it; stands for --rm, too", v => (RemovesImage, config) = (v, config with { AutoRemove = v || config.AutoRemove }));

    /// <summary>Variables in the order in which later ones count: what is left out, the host's, those of files, and those that were typed.</summary>
    private List<string> Variables()
    {
        List<string> all = [.. unset];
        if (takesProxies)
        {
            foreach (string name in (ReadOnlySpan<string>)["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY"])
            {
                if (host(name) is { Length: > 0 } value) { all.Add($"{name}={value}"); }
            }
        }

        if (takesHostVariables)
        {
            foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables()) { all.Add($"{variable.Key}={variable.Value}"); }
        }

        all.AddRange(FileVariables());
        all.AddRange(environment);
        return all;
    }

    private ContainerConfig WithPodman(ContainerConfig made) => made with
    {
        ChrootDirectories = chrootDirectories,
        EnvironmentMerges = environmentMerges,
        HostUsers = hostUsers,
        Startup = StartupAsked(),
        Mounts = hasTemporaries && made.ReadOnlyRootfs ? [.. made.Mounts, .. Temporaries(made.Mounts)] : made.Mounts,
    };

    /// <summary>What podman mounts over a read-only root; a place that was asked for something else keeps that.</summary>
    private static IEnumerable<MountRequest> Temporaries(IReadOnlyList<MountRequest> asked) =>
        ((string[])["/run", "/tmp", "/var/tmp"]).Where(p => !asked.Any(m => m.Target.TrimEnd('/') == p)).Select(static p => MountText.ParseTmpfs(p + ":rw,nosuid,nodev,exec,mode=1777"));

    private static string InContainer(string path) =>
        path.Length > 1 && path[0] == '/' && !path.Contains("..", StringComparison.Ordinal) ? path.TrimEnd('/') : throw new FormatException($"{path} is no absolute path of the container");

    private static string PidPath(string path) => path.Length > 0 && !path.EndsWith('/') ? HostPath.Absolute(path) : throw new FormatException("name a file");

    private static string HostFile(string path) => File.Exists(path) ? HostPath.Absolute(path) : throw new FormatException($"{path}: there is no such file on the host");

    private static MountRequest Zone(string name)
    {
        bool isName = name.Length > 0 && name[0] != '/' && !name.Contains("..", StringComparison.Ordinal) && !name.AsSpan().ContainsAnyExcept(ZoneCharacters);
        string file = name == "local" ? LocalTime : $"{ZoneDirectory}/{name}";
        return isName && File.Exists(file)
            ? new MountRequest { Kind = MountKind.Bind, Source = new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file, Target = LocalTime, ReadOnly = true }
            : throw new FormatException($"unable to find time zone {name} below {ZoneDirectory}");
    }

    private static int Mask(string text)
    {
        int mask = 0;
        foreach (char digit in text)
        {
            mask = digit is >= '0' and <= '7' ? (mask << 3) | (digit - '0') : throw InvalidMask(text);
            if (mask > LargestUmask) { throw InvalidMask(text); }
        }

        return text.Length > 0 ? mask : throw InvalidMask(text);
    }

    private static FormatException InvalidMask(string text) => new(string.Create(CultureInfo.InvariantCulture, $"invalid umask '{text}': octal, from 0 to 777"));

    private static string VariableName(string text) => text.Length > 0 && !text.Contains('=', StringComparison.Ordinal) ? text : throw new FormatException($"invalid environment variable: {text}");
}
