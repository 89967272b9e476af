using System.Globalization;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;
using Inro.Runtime.Rootfs;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>The container's device nodes and the links of /dev. In a user namespace, which cannot make nodes, the host's are bound.</summary>
/// <remarks>Source: OCI runtime-spec, config-linux.md "Default Devices", "Default Filesystems"; runtime-linux.md "Dev symbolic links".</remarks>
internal sealed class DevicesStep : ILaunchStep
{
    private const uint Character = 0x2000;
    private const uint Block = 0x6000;
    private const uint Fifo = 0x1000;
    private const uint RegularFile = 0x8000;
    private const uint DefaultMode = 0x1B6; // 0666
    private const uint PermissionBits = 0xFFF; // 07777: some callers give the type too

    private readonly LaunchContext context;
    private readonly List<(DeviceConfig Device, string[] Names, Slot? Source)> devices = [];

    public DevicesStep(LaunchContext context)
    {
        this.context = context;
        IReadOnlyList<DeviceConfig> wanted = context.Linux.Devices;
        for (int i = 0; i < wanted.Count; i++) { Add(wanted[i], string.Create(CultureInfo.InvariantCulture, $"linux.devices[{i}]")); }

        foreach ((string path, int minor, int major) in Defaults)
        {
            if (!devices.Exists(d => ContainerPath.Join(d.Names) == path))
            {
                Add(new DeviceConfig { Type = "c", Path = path, Major = major, Minor = minor }, "default devices");
            }
        }
    }

    public string Name => "devices";

    /// <summary>Where the host's nodes are bound in a user namespace: the configuration's devices, and those that every container has.</summary>
    public static IEnumerable<string> BoundPaths(IReadOnlyList<DeviceConfig> wanted)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (DeviceConfig device in wanted.Where(static d => d.Type != "p")) { paths.Add(device.Path); }

        foreach ((string path, _, _) in Defaults) { paths.Add(path); }

        return paths;
    }

    /// <summary>Takes the host's nodes before the clone, for a user namespace; what the host has under a path may be another device.</summary>
    public void EmitSources(LaunchBuilder builder)
    {
        Data status = builder.ReserveStatus();
        for (int i = 0; i < devices.Count; i++)
        {
            DeviceConfig device = devices[i].Device;
            if (device.Type == "p") { continue; }

            Slot source = builder.NewSlot(device.Path);
            builder.Call("copy mount", SystemCall.OpenTree, [MountCalls.CurrentDirectory, device.Path, MountCalls.TreeClone], device.Path, source);
            builder.ExpectDevice(source, status, device.Type == "b", device.Major, device.Minor, device.Path);
            devices[i] = devices[i] with { Source = source };
        }
    }

    public void Emit(LaunchBuilder builder)
    {
        if (context.HasUserNamespace ? !context.IsPrivileged : context.IsNested) { EmitSources(builder); }

        foreach ((DeviceConfig device, string[] names, Slot? source) in devices)
        {
            if (source is { } node)
            {
                builder.Attach(node, context.Target(builder, names, isFile: true), device.Path);
                MountAttributes known = context.Kernel.HasMountAttributes ? 0 : MountStatus.Read(device.Path);
                context.SetAttributes(builder, node, known, new MountChange(0, 0, MountFlags.Private), device.Path); // taken from the host, whose peer it would be
                continue;
            }

            Slot parent = context.Parent(builder, names);
            builder.MakeNode(parent, names[^1], TypeBits(device) | ((device.FileMode ?? DefaultMode) & PermissionBits), Number(device), device.Path);
            if ((device.Uid ?? 0) != 0 || (device.Gid ?? 0) != 0)
            {
                builder.Call("give", SystemCall.Fchownat, [parent, names[^1], device.Uid ?? 0, device.Gid ?? 0, MountCalls.NoFollow], device.Path);
            }
        }

        Slot dev = context.Parent(builder, ["dev", "null"]);
        foreach ((string name, string target) in Links)
        {
            builder.Call("make link", SystemCall.Symlinkat, [target, dev, name], "/dev/" + name, tolerate: [Errno.EEXIST]);
        }

        EmitPtmx(builder, dev);
    }

    /// <summary>Always the container's own: an image's node would lead to the host's terminals.</summary>
    private static void EmitPtmx(LaunchBuilder b, Slot dev)
    {
        b.Call("remove", SystemCall.Unlinkat, [dev, "ptmx", 0], "/dev/ptmx", tolerate: [Errno.ENOENT]);
        b.Call("make link", SystemCall.Symlinkat, ["pts/ptmx", dev, "ptmx"], "/dev/ptmx");
    }

    private void Add(DeviceConfig device, string field)
    {
        string[] names = ContainerPath.Names(field + ".path", device.Path);
        if (names.Length == 0) { throw RuntimeException.Invalid(field + ".path", "is the root"); }

        if (device.Type is not ("c" or "u" or "b" or "p")) { throw RuntimeException.Invalid(field + ".type", $"\"{device.Type}\" is not one of c, u, b, p"); }

        if (device.Type != "p" && (device.Major is < 0 or > 0xFFF || device.Minor is < 0 or > 0xFFFFF))
        {
            throw RuntimeException.Invalid(field, $"the device number {device.Major}:{device.Minor} does not exist");
        }

        devices.Add((device, names, null));
    }

    private static uint TypeBits(DeviceConfig device) => device.Type switch { "b" => Block, "p" => Fifo, _ => Character };

    private static ulong Number(DeviceConfig device)
    {
        if (device.Type == "p") { return 0; }

        (ulong major, ulong minor) = ((ulong)device.Major, (ulong)device.Minor);
        return ((major & 0xFFF) << 8) | (minor & 0xFF) | ((minor & ~0xFFUL) << 12);
    }

    private static ReadOnlySpan<(string Name, string Target)> Links => new (string, string)[]
    {
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
    };

    private static ReadOnlySpan<(string Path, int Minor, int Major)> Defaults => new (string, int, int)[]
    {
        ("/dev/null", 3, 1), ("/dev/zero", 5, 1), ("/dev/full", 7, 1), ("/dev/random", 8, 1), ("/dev/urandom", 9, 1), ("/dev/tty", 0, 5),
    };
}
