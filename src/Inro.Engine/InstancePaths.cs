using System.Text;
using Inro.Linux.Processes;

namespace Inro.Engine;

/// <summary>Where one instance of the engine keeps its things. Only names; nothing is made or read here.</summary>
/// <remarks>
/// Root: <c>/var/lib/inro</c> and <c>/run/inro</c>. An ordinary user: <c>$XDG_DATA_HOME/inro</c> (or <c>~/.local/share/inro</c>) and
/// <c>$XDG_RUNTIME_DIR/inro</c>, or <c>/tmp/inro-UID</c>. <c>--root DIR</c> moves both and makes an instance of its own.
/// <see cref="InstanceDirectories"/> makes and checks them.
/// </remarks>
public sealed record InstancePaths
{
    /// <summary>Longest run directory that leaves room for a socket's name in the 108 bytes of its address.
    /// Sockets of shims are deeper; they are reached through /proc/self/fd.</summary>
    private const int MaxRunDirectoryBytes = 90;

    private InstancePaths(string root, string run, string instance, bool isRootful)
    {
        Root = root;
        Run = run;
        Instance = instance;
        IsRootful = isRootful;
    }

    /// <summary>What outlives a boot: <c>/var/lib/inro</c>.</summary>
    public string Root { get; }

    /// <summary>What exists now: <c>/run/inro</c>.</summary>
    public string Run { get; }

    /// <summary>Empty for the user's own default instance; otherwise eight hex digits of a hash of the root.
    /// Part of the names of cgroups, links, tables and sockets.</summary>
    public string Instance { get; }

    /// <summary>True for root; false for an ordinary user, also inside a namespace in which the user is id 0.</summary>
    public bool IsRootful { get; }

    /// <summary>Prefix of everything outside the two directories that carries a name: <c>inro</c>, <c>inro-1a2b3c4d</c>.</summary>
    public string Prefix => Instance.Length == 0 ? "inro" : "inro-" + Instance;

    /// <summary>Number of the layout in <see cref="Root"/>.</summary>
    public string VersionFile => Root + "/VERSION";

    /// <summary>The SQLite file.</summary>
    public string Database => Root + "/meta.db";

    /// <summary>Blobs by digest.</summary>
    public string Blobs => Root + "/blobs";

    /// <summary>Snapshots by number.</summary>
    public string Snapshots => Root + "/snapshots";

    /// <summary>Named and anonymous volumes.</summary>
    public string Volumes => Root + "/volumes";

    /// <summary>Bundles by container id.</summary>
    public string Containers => Root + "/containers";

    /// <summary>Locks by container id.</summary>
    public string Locks => Run + "/locks";

    /// <summary>Compiled system call filters: derived from profile and kernel alone, so shared by all instances of a user.</summary>
    public required string FilterCache { get; init; }

    /// <summary>What the runtime notes of containers that exist.</summary>
    public string RuntimeState => Run + "/runtime";

    /// <summary>Servers whose namespace further commands join, by pid: see <see cref="Rootless.HeldNamespace"/>.</summary>
    public string Servers => Run + "/servers";

    /// <summary>Wakes those who follow events.</summary>
    public string EventBell => Run + "/events";

    /// <summary>The bundle of one container: config.json, shim.json, hosts, hostname, resolv.conf, logs.</summary>
    public string Bundle(string id) => Containers + "/" + id;

    /// <summary>What one container has while it runs: shim.sock, status.json, FIFOs.</summary>
    public string RunDirectory(string id) => Run + "/containers/" + id;

    /// <summary>Clients that wait for a container's next start, each as a FIFO: see <see cref="Shim.AttachTicket"/>.</summary>
    public string AttachDirectory(string id) => Run + "/attach/" + id;

    /// <summary>Exec sessions of all containers, by container: see <see cref="Inro.Engine.Execs.ExecSessions"/>.</summary>
    public string Execs => Run + "/execs";

    /// <summary>Where a named volume's files are.</summary>
    public string VolumeData(string name) => Volumes + "/" + name + "/_data";

    /// <summary>The path in the cgroup hierarchies, from their root: <c>/inro/ID</c>, <c>/inro-1a2b3c4d/ID</c>.</summary>
    /// <param name="id">The container's full id.</param>
    /// <param name="parent">A parent that the user asked for, or null.</param>
    public string Cgroup(string id, string? parent) =>
        parent is { Length: > 0 } ? "/" + parent.Trim('/') + "/" + id : "/" + Prefix + "/" + id;

    /// <summary>The paths of the calling user.</summary>
    /// <param name="root">The value of <c>--root</c>, or null.</param>
    public static InstancePaths Of(string? root) =>
        Of(root, Rootless.RootlessEntry.OuterUser ?? EffectiveIds.User, Environment.GetEnvironmentVariable);

    /// <summary>The same with who asks and the environment given.</summary>
    public static InstancePaths Of(string? root, uint user, Func<string, string?> environment)
    {
        string cache = user == 0 ? "/var/cache/inro" : (Absolute(environment("XDG_CACHE_HOME")) ?? Home(environment, user) + "/.cache") + "/inro";
        if (root is { Length: > 0 }) { return OfRoot(root, user, cache + "/filters"); }

        if (user == 0) { return new InstancePaths("/var/lib/inro", "/run/inro", "", isRootful: true) { FilterCache = cache + "/filters" }; }

        string data = Absolute(environment("XDG_DATA_HOME")) ?? Home(environment, user) + "/.local/share";
        string run = Absolute(environment("XDG_RUNTIME_DIR")) is { } directory ? directory + "/inro" : $"/tmp/inro-{user}";
        return new InstancePaths(data + "/inro", run, "", isRootful: false) { FilterCache = cache + "/filters" };
    }

    private static InstancePaths OfRoot(string root, uint user, string filters)
    {
        string full = Normalise(root);
        string instance = HashOf(full);
        string run = full + "/run";
        if (Encoding.UTF8.GetByteCount(run) > MaxRunDirectoryBytes)
        {
            run = user == 0 ? "/run/inro-" + instance : $"/tmp/inro-{user}-{instance}";
        }

        return new InstancePaths(full, run, instance, user == 0) { FilterCache = filters };
    }

    /// <summary>FNV-1a, folded to 32 bits: it tells instances apart and protects nothing, and the framework's SHA-256 loads OpenSSL.</summary>
    private static string HashOf(string root)
    {
        const ulong Offset = 14695981039346656037;
        const ulong Prime = 1099511628211;
        ulong hash = Offset;
        foreach (byte b in Encoding.UTF8.GetBytes(root)) { hash = (hash ^ b) * Prime; }

        return ((uint)(hash ^ (hash >> 32))).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Without repeated or trailing slashes, "." or ".." (textually, so that a root that does not exist yet has one name).</summary>
    private static string Normalise(string root)
    {
        string absolute = root[0] == '/' ? root : Environment.CurrentDirectory + "/" + root;
        List<string> parts = [];
        foreach (string part in absolute.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") { parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count)); }
            else if (part != ".") { parts.Add(part); }
        }

        return parts.Count > 0
            ? "/" + string.Join('/', parts)
            : throw new EngineException(ErrorCode.InvalidArgument, "--root cannot be the root directory of the host", "name a directory for the engine's own use");
    }

    private static string? Absolute(string? path) => path is ['/', _, ..] ? path.TrimEnd('/') : null;

    private static string Home(Func<string, string?> environment, uint user) =>
        Absolute(environment("HOME"))
        ?? throw new EngineException(
            ErrorCode.PreconditionFailed,
            $"user {user} has neither HOME nor XDG_DATA_HOME, so there is no place for images and containers",
            "set HOME, or give a directory with --root");
}
