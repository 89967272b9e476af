using System.Globalization;
using Inro.Engine.Volumes;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>All mounts beyond the root: the system's, the bundle's files, and the user's; a user's mount takes the place of a default one.</summary>
internal static class MountComposer
{
    /// <summary>Where the program of <c>--init</c> is shown; docker's place.</summary>
    public const string InitPath = "/sbin/docker-init";

    private const long DefaultShmBytes = 64L << 20;

    public static IReadOnlyList<MountConfig> Compose(ComposeRequest request, SecurityChoices security, ModeChoices modes, IReadOnlyList<BundleFile> files)
    {
        List<MountConfig> mounts = System(request, security, modes);
        List<MountConfig> asked = [];
        foreach (string root in (ReadOnlySpan<string>)["", .. request.Config.ChrootDirectories])
        {
            foreach (BundleFile file in files) { asked.Add(BundleFile(request, root, file.Name)); }
        }

        if (request.Config.Init == true) { asked.Add(Init(request)); }

        foreach (ResolvedMount mount in request.Mounts) { Replace(asked, User(request, mount)); }

        foreach (MountConfig mount in asked) { RemoveBelow(mounts, mount.Destination); }

        // Parents before what lies in them; among equals the order asked.
        return [.. mounts, .. asked.OrderBy(m => Depth(m.Destination))];
    }

    private static List<MountConfig> System(ComposeRequest request, SecurityChoices security, ModeChoices modes)
    {
        ContainerConfig config = request.Config;
        bool open = config.Privileged;
        List<MountConfig> mounts =
        [
            Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        ];
        mounts.Add(modes.SharesHostSys
            ? Mount("/sys", "bind", "/sys", "rbind", "nosuid", "noexec", "nodev", open ? "rw" : "ro")
            : Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", open ? "rw" : "ro"));
        mounts.Add(Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", open || security.HasWritableCgroups ? "rw" : "ro"));
        AddIpc(mounts, request, modes);
        return mounts;
    }

    private static void AddIpc(List<MountConfig> mounts, ComposeRequest request, ModeChoices modes)
    {
        ContainerConfig config = request.Config;
        if (modes.SharesHostIpc)
        {
            mounts.Add(Mount("/dev/mqueue", "bind", "/dev/mqueue", "bind", "nosuid", "noexec", "nodev"));
            mounts.Add(Mount("/dev/shm", "bind", "/dev/shm", "bind", "nosuid", "noexec", "nodev"));
            return;
        }

        mounts.Add(Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
        if (config.IpcMode == "none") { return; }

        if (request.SharedMemory is { } shared)
        {
            mounts.Add(Mount("/dev/shm", "bind", shared, "bind", "nosuid", "noexec", "nodev"));
            return;
        }

        string size = "size=" + (config.ShmSizeBytes ?? DefaultShmBytes).ToString(CultureInfo.InvariantCulture);
        mounts.Add(Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", size));
    }

    private static MountConfig Init(ComposeRequest request) => request.Config.InitProgram is { } own
        ? Mount(InitPath, "bind", own, "bind", "ro", "rprivate")
        : WithIds(request, Mount(InitPath, "bind", request.Bundle + "/" + ContainerFiles.InitName, "bind", "ro", "rprivate"));

    private static MountConfig BundleFile(ComposeRequest request, string root, string name) =>
        WithIds(request, Mount($"{root}/etc/{name}", "bind", request.Bundle + "/" + name, "rbind", "rprivate"));

    private static MountConfig User(ComposeRequest request, ResolvedMount mount) => mount.Kind switch
    {
        MountKind.Tmpfs => Memory(mount, "tmpfs"),
        MountKind.Ramfs => Memory(mount, "ramfs"),
        MountKind.Devpts => Mount(mount.Target, "devpts", "devpts", ["nosuid", "noexec", "newinstance", .. mount.Options]),
        _ => Bind(request, mount),
    };

    private static MountConfig Bind(ComposeRequest request, ResolvedMount mount)
    {
        List<string> options = [mount.NonRecursive ? "bind" : "rbind"]; // no "rw": what is read-only on the host stays so
        if (mount.ReadOnly) { options.Add("ro"); }

        if (mount is { ReadOnly: true, Kind: MountKind.Bind, NonRecursive: false } && mount.Reach != ReadOnlyReach.Top) { options.Add("rro"); }

        options.AddRange(mount.Options);
        options.Add(mount.Propagation.Length > 0 ? mount.Propagation : "rprivate");
        MountConfig made = new() { Destination = mount.Target, Type = "bind", Source = mount.Source, Options = options };
        if (mount.IdMap is { } map) { return IdMapArgument.Apply(request, made, map); }

        return mount.Kind is MountKind.Volume or MountKind.Image || mount.Overlay is not null ? WithIds(request, made) : made;
    }

    private static MountConfig Memory(ResolvedMount mount, string type)
    {
        List<string> options = ["nosuid", "nodev", "noexec"];
        foreach (string option in mount.Options)
        {
            // A later word takes back the default that it contradicts.
            if (option is "exec" or "suid" or "dev") { options.Remove("no" + option); }
            if (option.Length > 0 && !options.Contains(option)) { options.Add(option); }
        }

        if (mount.ReadOnly) { options.Add("ro"); }
        return new MountConfig { Destination = mount.Target, Type = type, Source = type, Options = options };
    }

    // What is ours on disk has the image's ids; in a user namespace it is shown with the namespace's.
    private static MountConfig WithIds(ComposeRequest request, MountConfig mount) =>
        request is { IdMappings: { } ids, IsRootful: true } ? mount with { UidMappings = ids.Users, GidMappings = ids.Groups } : mount;

    private static void Replace(List<MountConfig> mounts, MountConfig mount)
    {
        mounts.RemoveAll(m => m.Destination == mount.Destination);
        mounts.Add(mount);
    }

    private static void RemoveBelow(List<MountConfig> mounts, string destination)
    {
        string place = destination.TrimEnd('/');
        mounts.RemoveAll(m => m.Destination == place || m.Destination.StartsWith(place + "/", StringComparison.Ordinal));
    }

    private static int Depth(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Length;

    private static MountConfig Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };
}
