using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>Device nodes and who may use them.</summary>
internal static class DeviceComposer
{
    private const int MaxDevices = 4096;

    // Made by the runtime, or of another kind of file system.
    private static readonly string[] NotOfTheHost = ["pts", "shm", "fd", "mqueue", "console", ".lxc", ".lxd-mounts", ".udev"];

    /// <summary>Nodes and rules for the devices that were asked for; all of the host's where privileged.</summary>
    public static (IReadOnlyList<DeviceConfig> Nodes, IReadOnlyList<DeviceRule> Rules) Compose(ContainerConfig config, bool makesNodes)
    {
        if (config.Privileged)
        {
            List<DeviceConfig> all = [];
            if (makesNodes) { Collect("/dev", "/dev", all); }
            return (all, [new(true, null, null, null, "rwm")]);
        }

        List<DeviceConfig> nodes = [];
        List<DeviceRule> rules = DefaultRules();
        foreach (DeviceRequest device in config.Devices) { Add(device, nodes, rules); }
        foreach (string rule in config.DeviceCgroupRules) { rules.Add(Parse(rule)); }
        return (nodes, rules);
    }

    private static List<DeviceRule> DefaultRules() =>
    [
        new(false, null, null, null, "rwm"),
        new(true, "c", 1, 5, "rwm"),
        new(true, "c", 1, 3, "rwm"),
        new(true, "c", 1, 9, "rwm"),
        new(true, "c", 1, 8, "rwm"),
        new(true, "c", 5, 0, "rwm"),
        new(true, "c", 5, 1, "rwm"),
        new(false, "c", 10, 229, "rwm"),
    ];

    private static void Add(DeviceRequest device, List<DeviceConfig> nodes, List<DeviceRule> rules)
    {
        int before = nodes.Count;
        string target = device.ContainerPath.Length > 0 ? device.ContainerPath : device.HostPath;
        if (!TryAdd(device.HostPath, target, nodes)) { Collect(device.HostPath, target, nodes); }
        if (nodes.Count == before) { throw Missing(device.HostPath, "no such device"); }

        string access = device.Permissions.Length > 0 ? device.Permissions : "rwm";
        if (access.AsSpan().IndexOfAnyExcept("rwm") >= 0) { throw new EngineException(ErrorCode.InvalidArgument, $"bad mode specified: {access}", "it is made of r, w and m"); }
        foreach (DeviceConfig node in nodes.Skip(before)) { rules.Add(new(true, node.Type, node.Major, node.Minor, access)); }
    }

    private static void Collect(string directory, string target, List<DeviceConfig> nodes)
    {
        if (!Directory.Exists(directory)) { return; }

        foreach (string path in Directory.EnumerateFileSystemEntries(directory))
        {
            string name = path[(path.LastIndexOf('/') + 1)..];
            if (nodes.Count >= MaxDevices || (directory == "/dev" && Array.IndexOf(NotOfTheHost, name) >= 0)) { continue; }
            if (!TryAdd(path, target + "/" + name, nodes) && !IsLink(path)) { Collect(path, target + "/" + name, nodes); }
        }
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    /// <returns>False where it is no device.</returns>
    private static bool TryAdd(string path, string target, List<DeviceConfig> nodes)
    {
        FileStatus status = Status(path);
        string? type = status.Kind switch { FileKind.CharacterDevice => "c", FileKind.BlockDevice => "b", _ => null };
        if (type is null) { return false; }

        nodes.Add(new DeviceConfig
        {
            Type = type, Path = target, Major = status.Node.Major, Minor = status.Node.Minor,
            FileMode = status.Permissions, Uid = status.UserId, Gid = status.GroupId,
        });
        return true;
    }

    internal static FileStatus Status(string path)
    {
        int slash = path.TrimEnd('/').LastIndexOf('/');
        try
        {
            using DirFd parent = DirFd.Open(slash <= 0 ? "/" : path[..slash]);
            Errno errno = parent.TryStatus(path.TrimEnd('/')[(slash + 1)..], out FileStatus status);
            return errno == Errno.None ? status : throw Missing(path, errno.ToString());
        }
        catch (LinuxException e)
        {
            throw Missing(path, e.Errno.ToString());
        }
    }

    // "c 1:3 rwm", numbers may be *
    private static DeviceRule Parse(string rule)
    {
        string[] words = rule.Split(' ');
        string[] numbers = words.Length == 3 ? words[1].Split(':') : [];
        bool valid = numbers.Length == 2 && words[0] is "a" or "b" or "c" && words[2].Length is > 0 and <= 3 && words[2].AsSpan().IndexOfAnyExcept("rwm") < 0;
        return valid && TryNumber(numbers[0], out long? major) && TryNumber(numbers[1], out long? minor)
            ? new(true, words[0], major, minor, words[2])
            : throw new EngineException(ErrorCode.InvalidArgument, $"invalid device cgroup format: '{rule}'", "write for example 'c 13:* rwm'");
    }

    private static bool TryNumber(string text, out long? number)
    {
        number = null;
        if (text == "*") { return true; }
        bool parsed = uint.TryParse(text, out uint value);
        number = value;
        return parsed;
    }

    private static EngineException Missing(string path, string why) =>
        new(ErrorCode.InvalidArgument, $"error gathering device information while adding custom device \"{path}\": {why}", "name a device node of the host");
}
