using System.Globalization;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.Rootfs;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>The container's view of its cgroups: one tree on v2, a directory of trees on v1 and hybrid hosts.</summary>
/// <remarks>With a cgroup namespace the trees are mounted, which shows the container's part alone; without one its directories are bound.</remarks>
internal sealed class CgroupMountStep : ILaunchStep
{
    private const MountAttributes Always = MountAttributes.NoSetUid | MountAttributes.NoDevices | MountAttributes.NoExec;

    private readonly LaunchContext _context;
    private readonly IReadOnlyList<CgroupLocation> _locations;
    private readonly MountOptions _options;
    private readonly string[] _names;
    private readonly string _path;
    private readonly Dictionary<CgroupLocation, Slot> _sources = [];

    public CgroupMountStep(LaunchContext context, int index, IReadOnlyList<CgroupLocation> locations)
    {
        _context = context;
        _locations = locations;
        MountConfig mount = context.Config.Mounts[index];
        _options = MountOptions.Parse(mount.Options, isBindType: false);
        _names = ContainerPath.Names(string.Create(CultureInfo.InvariantCulture, $"mounts[{index}].destination"), mount.Destination);
        _path = ContainerPath.Join(_names);
    }

    public string Name => $"mount {_path}";

    private bool HasNamespace => _context.Namespaces.Has(NamespaceFlags.Cgroup);

    private MountAttributes Attributes => Always | _options.Set;

    /// <summary>Takes the directories that will be bound with the host's credentials.</summary>
    public void EmitSources(LaunchBuilder builder)
    {
        if (HasNamespace) { return; }

        foreach (CgroupLocation location in _locations)
        {
            Slot source = builder.NewSlot(location.Directory);
            builder.Call("copy mount", SystemCall.OpenTree, [MountCalls.CurrentDirectory, location.Directory, MountCalls.TreeClone], location.Directory, source);
            _sources.Add(location, source);
        }
    }

    public void Emit(LaunchBuilder builder)
    {
        if (!HasNamespace && _sources.Count == 0) { EmitSources(builder); }

        if (_locations is [{ IsUnified: true } only])
        {
            PlaceTree(builder, only, () => _context.Target(builder, _names, isFile: false), _path, out Slot tree);
            _context.Placed.Add(new PlacedMount(_path, tree, "cgroup2", IsFresh: false, Attributes));
            return;
        }

        EmitDirectory(builder);
    }

    private void EmitDirectory(LaunchBuilder b)
    {
        Slot directory = b.NewSlot(_path);
        b.MakeFileSystem("tmpfs", "tmpfs", ["mode=755"], Attributes & ~MountAttributes.ReadOnly, directory, _path);
        b.Attach(directory, _context.Target(b, _names, isFile: false), _path);
        _context.Placed.Add(new PlacedMount(_path, directory, "tmpfs", IsFresh: true, Attributes & ~MountAttributes.ReadOnly));
        foreach (CgroupLocation location in _locations)
        {
            string name = location.IsUnified ? "unified" : location.Name ?? string.Join(',', location.Controllers);
            string place = $"{_path}/{name}";
            b.MakeDirectory(directory, name, subject: place);
            PlaceTree(b, location, () => new MountTarget(directory, name), place, out _);
            if (location.Controllers.Count < 2 || location.IsUnified) { continue; }

            foreach (string controller in location.Controllers)
            {
                b.Call("make link", SystemCall.Symlinkat, [name, directory, controller], $"{_path}/{controller}", tolerate: [Errno.EEXIST]);
            }
        }

        if (_options.Set.HasFlag(MountAttributes.ReadOnly))
        {
            _context.SetAttributes(b, directory, Attributes & ~MountAttributes.ReadOnly, new MountChange(MountAttributes.ReadOnly), _path);
        }
    }

    private void PlaceTree(LaunchBuilder b, CgroupLocation location, Func<MountTarget> target, string place, out Slot tree)
    {
        if (_sources.TryGetValue(location, out tree))
        {
            b.Attach(tree, target(), place);
            MountAttributes known = _context.Kernel.HasMountAttributes ? 0 : MountStatus.Read(location.Directory);
            _context.SetAttributes(b, tree, known, new MountChange(Attributes, 0, MountFlags.Private), location.Label);
            return;
        }

        tree = b.NewSlot(location.Label);
        string[] options = location.IsUnified ? [] : location.Name is { } name ? ["none", $"name={name}"] : [.. location.Controllers];
        b.MakeFileSystem(location.IsUnified ? "cgroup2" : "cgroup", "cgroup", options, Attributes, tree, location.Label);
        b.Attach(tree, target(), place);
    }
}
