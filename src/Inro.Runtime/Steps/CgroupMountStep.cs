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

    private readonly LaunchContext context;
    private readonly IReadOnlyList<CgroupLocation> locations;
    private readonly MountOptions options;
    private readonly string[] names;
    private readonly string path;
    private readonly Dictionary<CgroupLocation, Slot> sources = [];

    public CgroupMountStep(LaunchContext context, int index, IReadOnlyList<CgroupLocation> locations)
    {
        this.context = context;
        this.locations = locations;
        MountConfig mount = context.Config.Mounts[index];
        options = MountOptions.Parse(mount.Options, isBindType: false);
        names = ContainerPath.Names(string.Create(CultureInfo.InvariantCulture, $"mounts[{index}].destination"), mount.Destination);
        path = ContainerPath.Join(names);
    }

    public string Name => $"mount {path}";

    /// <summary>What a tree's directory is called where there are several.</summary>
    public static string NameOf(CgroupLocation location) => location.IsUnified ? "unified" : location.Name ?? string.Join(',', location.Controllers);

    private bool HasNamespace => context.Namespaces.Has(NamespaceFlags.Cgroup);

    private MountAttributes Attributes => Always | options.Set;

    /// <summary>Takes the directories that will be bound with the host's credentials.</summary>
    public void EmitSources(LaunchBuilder builder)
    {
        if (HasNamespace) { return; }

        foreach (CgroupLocation location in locations)
        {
            Slot source = builder.NewSlot(location.Directory);
            builder.Call("copy mount", SystemCall.OpenTree, [MountCalls.CurrentDirectory, location.Directory, MountCalls.TreeClone], location.Directory, source);
            sources.Add(location, source);
        }
    }

    public void Emit(LaunchBuilder builder)
    {
        if (!HasNamespace && sources.Count == 0) { EmitSources(builder); }

        if (locations is [{ IsUnified: true } only])
        {
            PlaceTree(builder, only, () => context.Target(builder, names, isFile: false), path, out Slot tree);
            context.Placed.Add(new PlacedMount(path, tree, "cgroup2", IsFresh: false, Attributes));
            return;
        }

        EmitDirectory(builder);
    }

    private void EmitDirectory(LaunchBuilder b)
    {
        Slot directory = b.NewSlot(path);
        b.MakeFileSystem("tmpfs", "tmpfs", ["mode=755"], Attributes & ~MountAttributes.ReadOnly, directory, path);
        b.Attach(directory, context.Target(b, names, isFile: false), path);
        context.Placed.Add(new PlacedMount(path, directory, "tmpfs", IsFresh: true, Attributes & ~MountAttributes.ReadOnly));
        foreach (CgroupLocation location in locations)
        {
            string name = NameOf(location);
            string place = $"{path}/{name}";
            b.MakeDirectory(directory, name, subject: place);
            PlaceTree(b, location, () => new MountTarget(directory, name), place, out _);
            if (location.Controllers.Count < 2 || location.IsUnified) { continue; }

            foreach (string controller in location.Controllers)
            {
                b.Call("make link", SystemCall.Symlinkat, [name, directory, controller], $"{path}/{controller}", tolerate: [Errno.EEXIST]);
            }
        }

        if (options.Set.HasFlag(MountAttributes.ReadOnly))
        {
            context.SetAttributes(b, directory, Attributes & ~MountAttributes.ReadOnly, new MountChange(MountAttributes.ReadOnly), path);
        }
    }

    private void PlaceTree(LaunchBuilder b, CgroupLocation location, Func<MountTarget> target, string place, out Slot tree)
    {
        if (sources.TryGetValue(location, out tree))
        {
            b.Attach(tree, target(), place);
            MountAttributes known = context.Kernel.HasMountAttributes ? 0 : MountStatus.Read(location.Directory);
            context.SetAttributes(b, tree, known, new MountChange(Attributes, 0, MountFlags.Private), location.Label);
            return;
        }

        tree = b.NewSlot(location.Label);
        string[] wanted = location.IsUnified ? [] : location.Name is { } name ? ["none", $"name={name}"] : [.. location.Controllers];
        b.MakeFileSystem(location.IsUnified ? "cgroup2" : "cgroup", "cgroup", wanted, Attributes, tree, location.Label);
        b.Attach(tree, target(), place);
    }
}
