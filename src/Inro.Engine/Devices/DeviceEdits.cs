using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec.Runtime;

namespace Inro.Engine.Devices;

/// <summary>Puts what devices ask for into a container's configuration.</summary>
internal static class DeviceEdits
{
    /// <summary>The configuration with the edits of all.</summary>
    /// <exception cref="EngineException">PreconditionFailed: a node of the host is not there.</exception>
    public static RuntimeConfig Apply(RuntimeConfig config, IReadOnlyList<CdiEdits> all)
    {
        ProcessConfig process = config.Process!; // a composed container has both
        LinuxConfig linux = config.Linux!;
        List<string> environment = [.. process.Env];
        List<uint> groups = [.. process.User.AdditionalGids];
        List<MountConfig> mounts = [.. config.Mounts];
        List<DeviceConfig> nodes = [.. linux.Devices];
        List<DeviceRule> rules = [.. linux.Resources?.Devices ?? []];
        HooksConfig hooks = config.Hooks ?? new HooksConfig();
        foreach (CdiEdits edits in all)
        {
            foreach (string variable in edits.Environment) { Put(environment, variable); }

            foreach (CdiNode node in edits.Nodes) { Add(node, nodes, rules); }

            foreach (MountConfig mount in edits.Mounts)
            {
                mounts.RemoveAll(m => m.Destination == mount.Destination);
                mounts.Add(mount);
            }

            foreach ((string when, HookConfig hook) in edits.Hooks) { hooks = hooks.With(when, hook); }

            foreach (uint group in edits.Groups)
            {
                if (!groups.Contains(group)) { groups.Add(group); }
            }
        }

        return config with
        {
            Process = process with { Env = environment, User = process.User with { AdditionalGids = groups } },
            Mounts = mounts,
            Hooks = hooks,
            Linux = linux with { Devices = nodes, Resources = (linux.Resources ?? new LinuxResources()) with { Devices = rules } },
        };
    }

    private static void Put(List<string> environment, string variable)
    {
        string name = variable[..(variable.IndexOf('=', StringComparison.Ordinal) + 1)];
        environment.RemoveAll(e => e.StartsWith(name, StringComparison.Ordinal));
        environment.Add(variable);
    }

    private static void Add(CdiNode node, List<DeviceConfig> nodes, List<DeviceRule> rules)
    {
        DeviceConfig made;
        if (node is { Type: { } type, Major: { } major, Minor: { } minor })
        {
            made = new DeviceConfig { Type = type, Path = node.Path, Major = major, Minor = minor, FileMode = node.Mode, Uid = node.UserId, Gid = node.GroupId };
        }
        else
        {
            FileStatus status = Status(node.HostPath);
            made = new DeviceConfig
            {
                Type = node.Type ?? (status.Kind == FileKind.BlockDevice ? "b" : "c"),
                Path = node.Path,
                Major = node.Major ?? status.Node.Major,
                Minor = node.Minor ?? status.Node.Minor,
                FileMode = node.Mode ?? status.Permissions,
                Uid = node.UserId ?? status.UserId,
                Gid = node.GroupId ?? status.GroupId,
            };
        }

        nodes.RemoveAll(n => n.Path == made.Path);
        nodes.Add(made);
        if (made.Type is "b" or "c") { rules.Add(new DeviceRule(true, made.Type, made.Major, made.Minor, node.Permissions.Length > 0 ? node.Permissions : "rwm")); }
    }

    private static FileStatus Status(string path)
    {
        try
        {
            using DirFd parent = DirFd.Open(Path.GetDirectoryName(path) ?? "/");
            Errno errno = parent.TryStatus(Path.GetFileName(path), out FileStatus status);
            return errno == Errno.None && status.Kind is FileKind.CharacterDevice or FileKind.BlockDevice ? status : throw Missing(path, errno == Errno.None ? "it is no device" : errno.ToString());
        }
        catch (LinuxException gone) { throw Missing(path, gone.Errno.ToString()); }
    }

    private static EngineException Missing(string path, string why) =>
        new(ErrorCode.PreconditionFailed, $"CDI device injection failed: {path}: {why}", "the device's driver must be loaded, and its file of CDI be of this boot");
}
