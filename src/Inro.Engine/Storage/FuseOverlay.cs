using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Memory;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;
using Inro.Spec;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Storage;

/// <summary>Layers shown together by the program fuse-overlayfs: a mount that is nowhere yet, and the process that answers for it.</summary>
/// <remarks>
/// The process holds nothing but the connection to the kernel, which ends when the last mount of it is gone: it lives exactly as long as
/// whoever the mount was given to, whatever dies in between, and nobody need look after it.
/// </remarks>
internal sealed class FuseOverlay : IDisposable
{
    /// <summary>The program's name.</summary>
    public const string Program = "fuse-overlayfs";

    private const string Device = "/dev/fuse";
    private const int ConnectionDescriptor = 3;
    private const int LayersDescriptor = 4;

    /// <summary>Longest argument of a program (MAX_ARG_STRLEN: 32 pages), with room for what is not layers. Some 6,000 layers.</summary>
    private const int MaxOptionBytes = 130_000;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);

    private readonly SafeFileHandle output;
    private readonly PidFd server;
    private SafeFileHandle? root;

    private FuseOverlay(SafeFileHandle root, PidFd server, SafeFileHandle output)
    {
        this.root = root;
        this.server = server;
        this.output = output;
    }

    /// <summary>The mount.</summary>
    public SafeFileHandle Root => root ?? throw new ObjectDisposedException(nameof(FuseOverlay));

    /// <summary>Makes the mount and starts the process; returns when it answers.</summary>
    /// <param name="layers">What is shown.</param>
    /// <param name="flags">Attributes of the mount.</param>
    /// <param name="isApart">Whether the mount stays in this process's mount namespace: the program is in another one then, or the two would keep each other for ever.</param>
    /// <param name="users">How the ids in the layers are shown to a user namespace; null or empty: as they are.</param>
    /// <param name="groups">The same for groups.</param>
    /// <exception cref="StorageException">It cannot be had; nothing is left.</exception>
    public static FuseOverlay Mount(SnapshotMount layers, MountFlags flags = MountFlags.None, bool isApart = false, IReadOnlyList<IdMapping>? users = null, IReadOnlyList<IdMapping>? groups = null)
    {
        string program = HostPrograms.Find(Program) ?? throw new StorageException($"the program {Program} is not installed", $"install the package {Program}");
        string options = Options(layers, users, groups);
        try
        {
            using SafeFileHandle connection = Connect();
            SafeFileHandle mount = MountOf(connection, flags);
            try { return Serve(program, layers.Directory, options, connection, mount, isApart); }
            catch
            {
                mount.Dispose();
                throw;
            }
        }
        catch (LinuxException failure) { throw new StorageException($"{Program}: {failure.Message}", null, failure); }
    }

    /// <summary>Lets the mount go: it stays where it was moved to, if it was.</summary>
    public void ReleaseRoot()
    {
        root?.Dispose();
        root = null;
    }

    /// <summary>Waits for the end of a process that nobody needs any more, and ends it if it stays.</summary>
    public void AwaitEnd()
    {
        ReleaseRoot();
        if (!server.WaitForEnd(EndPatience))
        {
            server.Kill();
            server.WaitForEnd(EndPatience);
        }

        try { server.Reap(TimeSpan.Zero); }
        catch (LinuxException taken) when (taken.Errno == Errno.ECHILD) { /* by whoever takes the status of all that ends here */ }
    }

    /// <summary>Lets go of mount and process; both stay where the mount was moved to a place.</summary>
    public void Dispose()
    {
        ReleaseRoot();
        server.Dispose();
        output.Dispose();
    }

    private static SafeFileHandle Connect()
    {
        try { return Descriptor.Open(Device, OpenFlags.ReadWrite); }
        catch (LinuxException failure)
        {
            throw new StorageException(
                $"{Device} cannot be opened: {failure.Errno}",
                failure.Errno is Errno.EACCES or Errno.EPERM ? $"let users open it: chmod 0666 {Device}" : "load the kernel's module: modprobe fuse",
                failure);
        }
    }

    private static SafeFileHandle MountOf(SafeFileHandle connection, MountFlags flags)
    {
        using FileSystemContext fuse = FileSystemContext.Open("fuse");
        fuse.Set("source", Program);
        fuse.Set("fd", connection.DangerousGetHandle().ToString(CultureInfo.InvariantCulture));
        fuse.Set("rootmode", "40000"); // a directory, octal
        fuse.Set("user_id", EffectiveIds.User.ToString(CultureInfo.InvariantCulture));
        fuse.Set("group_id", EffectiveIds.Group.ToString(CultureInfo.InvariantCulture));
        fuse.SetFlag("allow_other"); // a container has many users
        fuse.SetFlag("default_permissions");
        return fuse.Mount(flags);
    }

    // The program takes a connection that is mounted already by the name /dev/fd/N (libfuse 3.3), and stays in the foreground: its pid is the one that was started.
    private static FuseOverlay Serve(string program, string directory, string options, SafeFileHandle connection, SafeFileHandle mount, bool isApart)
    {
        SafeFileHandle words = MemoryFile.Create("fuse-overlayfs", executable: false);
        PidFd? process = null;
        try
        {
            using DirFd layers = DirFd.Open(directory);
            using SafeFileHandle none = Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
            var request = new SpawnRequest
            {
                Path = program,
                Arguments = [Program, "-f", "-o", options, string.Create(CultureInfo.InvariantCulture, $"/dev/fd/{ConnectionDescriptor}")],
                Environment = ["PATH=" + HostPrograms.SearchPath],
                Descriptors = [new(0, none), new(1, none), new(2, words), new(ConnectionDescriptor, connection), new(LayersDescriptor, layers)],
                NewSession = true,
            };
            process = isApart ? PrivateMounts.Run(() => ProcessSpawn.Open(request)) : ProcessSpawn.Open(request);
            connection.Dispose(); // its only holder is the program: when that ends, whoever waits for an answer is told
            Ask(mount);
            return new FuseOverlay(mount, process, words);
        }
        catch (LinuxException failure)
        {
            string said = Said(words);
            Stop(process, mount);
            words.Dispose();
            throw new StorageException(said.Length > 0 ? $"{Program} says: {said}" : $"{Program} does not answer: {failure.Message}", null, failure);
        }
    }

    /// <summary>A question that only the program can answer.</summary>
    private static void Ask(SafeFileHandle mount)
    {
        using DirFd directory = DirFd.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{mount.DangerousGetHandle()}"));
        directory.Status();
    }

    private static void Stop(PidFd? process, SafeFileHandle mount)
    {
        mount.Dispose();
        if (process is null) { return; }

        using (process)
        {
            process.Kill();
            process.Reap(EndPatience);
        }
    }

    private static string Said(SafeFileHandle words)
    {
        byte[] text = new byte[512];
        int length = RandomAccess.Read(words, text, 0);
        IEnumerable<string> lines = Encoding.UTF8.GetString(text.AsSpan(0, length)).Split('\n').Where(static l => l.Length > 0 && !l.StartsWith("unknown argument ignored", StringComparison.Ordinal));
        return string.Join("; ", lines).Replace("fuse-overlayfs: ", "", StringComparison.Ordinal);
    }

    private static string Options(SnapshotMount layers, IReadOnlyList<IdMapping>? users, IReadOnlyList<IdMapping>? groups)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{LayersDescriptor}/");
        var options = new StringBuilder("lowerdir=");
        for (int i = 0; i < layers.Lower.Count; i++) { options.Append(i > 0 ? ":" : "").Append(place).Append(layers.Lower[i]); }

        if (layers is { Upper: { } upper, Work: { } work }) { options.Append(",upperdir=").Append(place).Append(upper).Append(",workdir=").Append(place).Append(work); }

        AppendIds(options, ",uidmapping=", users);
        AppendIds(options, ",gidmapping=", groups);
        if (layers.IsVolatile) { options.Append(",volatile"); }

        return options.Length <= MaxOptionBytes
            ? options.ToString()
            : throw new StorageException($"the root has {layers.Lower.Count} layers, more than {Program} can be told of", "make one layer of them: inro image flatten");
    }

    private static void AppendIds(StringBuilder options, string name, IReadOnlyList<IdMapping>? ids)
    {
        if (ids is not { Count: > 0 }) { return; }

        options.Append(name);
        for (int i = 0; i < ids.Count; i++) { options.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? ":" : "")}{ids[i].ContainerId}:{ids[i].HostId}:{ids[i].Size}"); }
    }
}
