using System.Globalization;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;
using Inro.Runtime.Rootfs;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>One mount of the configuration: a file system of its own, or a bind of the host's.</summary>
internal sealed class MountStep : ILaunchStep
{
    private const int ReadCloseOnExec = 0x80000;

    private readonly LaunchContext context;
    private readonly MountConfig mount;
    private readonly MountOptions options;
    private readonly string[] names;
    private readonly string path;
    private readonly bool isFile;
    private readonly bool waitsForReadOnly;
    private readonly string source;
    private readonly CopyUp? copyUp;
    private readonly int index;
    private Slot? tree;
    private MountAttributes attributes;

    /// <param name="index">Position in the configuration, for messages.</param>
    public MountStep(LaunchContext context, int index)
    {
        this.context = context;
        mount = context.Config.Mounts[index];
        string field = string.Create(CultureInfo.InvariantCulture, $"mounts[{index}]");
        options = MountOptions.Parse(mount.Options, mount.Type is "bind" or "rbind");
        names = ContainerPath.Names(field + ".destination", mount.Destination);
        path = ContainerPath.Join(names);
        source = mount.Source ?? "";
        if (mount.Options.Append(source).Append(mount.Type ?? "").Any(static t => t.Contains('\0', StringComparison.Ordinal)))
        {
            throw RuntimeException.Invalid(field, "source, type and options cannot hold a zero byte");
        }

        if (mount.Destination.Length == 0) { throw RuntimeException.Invalid(field + ".destination", "is required"); }

        if (options.IsBind)
        {
            if (source.Length == 0) { throw RuntimeException.Invalid(field + ".source", "a bind mount needs one"); }

            if (!source.StartsWith('/')) { source = context.Request.Bundle + "/" + source; }

            isFile = !Directory.Exists(source);
        }
        else if (string.IsNullOrEmpty(mount.Type)) { throw RuntimeException.Invalid(field + ".type", "is required unless the options say bind"); }

        this.index = index;
        if (options.IsIdMapped || MountIdMaps.Has(mount)) { CheckIdMap(field); }

        if (options.CopiesUp)
        {
            if (options.IsBind || mount.Type is not "tmpfs") { throw RuntimeException.Invalid(field + ".options", "tmpcopyup is for a tmpfs"); }

            copyUp = new CopyUp(field, path, context.HasUserNamespace, keepsTop: options.Data.Any(static o => o.Split('=')[0] is "mode" or "uid" or "gid"));
        }

        ProcRules.Check(field, path, mount, options);
        waitsForReadOnly = !options.IsBind && options.Set.HasFlag(MountAttributes.ReadOnly) && (options.CopiesUp || TakesMode || HoldsLaterMounts(index));
    }

    public string Name => $"mount {path}";

    /// <summary>Whether the top of the new file system is like the directory that it covers: nothing else says what it is like.</summary>
    private bool TakesMode => mount.Type is "tmpfs" && !options.IsBind && names.Length > 0 && !options.Data.Any(static o => o.StartsWith("mode=", StringComparison.Ordinal));

    /// <summary>Takes the bind's source with the host's credentials, before the clone.</summary>
    public void EmitSource(LaunchBuilder builder)
    {
        if (!options.IsBind) { return; }

        Take(builder);
    }

    public void Emit(LaunchBuilder builder)
    {
        if (options.IsBind) { EmitBind(builder); }
        else { EmitFileSystem(builder); }
    }

    /// <summary>Makes a mount read-only whose inside was needed until now.</summary>
    public void EmitReadOnly(LaunchBuilder builder)
    {
        if (waitsForReadOnly && tree is { } placed)
        {
            context.SetAttributes(builder, placed, attributes, new MountChange(MountAttributes.ReadOnly), path);
        }
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => errno switch
    {
        Errno.ENOENT when options.IsBind && operation.Call == SystemCall.OpenTree => $"create {source} on the host",
        Errno.ENODEV => $"the kernel has no file system type \"{mount.Type}\"",
        Errno.EPERM when mount.Type is "sysfs" => "a new sysfs needs a network namespace that belongs to the container; bind /sys instead",
        _ => null,
    };

    private void Take(LaunchBuilder b)
    {
        tree = b.NewSlot(source);
        b.Call("copy mount", SystemCall.OpenTree,
            [MountCalls.CurrentDirectory, source, MountCalls.TreeClone | (options.IsRecursive ? MountCalls.Recursive : 0)], source, tree);
        if (IdMap(b) is { } user) { b.MapIds(tree.Value, user, options.IsIdMappedBelow, path); } // while it is detached
    }

    /// <summary>The user namespace by which ids are mapped: the mount's own, or the container's.</summary>
    private Slot? IdMap(LaunchBuilder b)
    {
        if (context.MountNamespaces.TryGetValue(index, out Slot own)) { return own; }

        if (!options.IsIdMapped) { return null; }

        if (context.UserNamespace is { } made) { return made; }

        string joined = context.Namespaces.Join.First(static n => n.Kind == NamespaceFlags.User).Path; // the constructor saw that there is one
        Slot file = b.NewSlot("user namespace");
        b.Call("open namespace", SystemCall.Openat, [MountCalls.CurrentDirectory, joined, ReadCloseOnExec], joined, file);
        return file;
    }

    private void CheckIdMap(string field)
    {
        MountIdMaps.Check(field, mount);
        bool hasOwn = MountIdMaps.Has(mount);
        string where = field + (hasOwn ? ".uidMappings" : ".options");
        if (!options.IsBind) { throw RuntimeException.Invalid(where, "ids can be mapped on a bind mount only"); }

        if (!hasOwn && !context.HasUserNamespace)
        {
            throw RuntimeException.Invalid(where, "ids can be mapped by the mount's own uidMappings and gidMappings, or by a user namespace of the container; there is neither");
        }

        if (!context.IsPrivileged) { throw RuntimeException.Invalid(where, "only root can map ids on mounts", "leave the mapping out"); }

        if (!context.Kernel.HasMountAttributes)
        {
            throw RuntimeException.Invalid(where, "this kernel maps no ids on mounts (Linux 5.12 does)", "leave the mapping out, or use a newer kernel");
        }
    }

    private void EmitBind(LaunchBuilder b)
    {
        if (tree is null) { Take(b); }

        Slot taken = tree!.Value; // just above at the latest
        MountTarget target = context.Target(b, names, isFile, noSymlinks: false);
        b.Attach(taken, target, path);
        Record(taken, "bind", isFresh: false, context.SetBindAttributes(b, taken, source, options, path));
    }

    private void EmitFileSystem(LaunchBuilder b)
    {
        string type = mount.Type!; // checked by the constructor
        MountAttributes wanted = (options.Set | options.SetBelow) & ~(waitsForReadOnly ? MountAttributes.ReadOnly : 0);
        bool isKernels = type is "proc" or "sysfs" or "mqueue" or "devpts" or "cgroup" or "cgroup2";
        IReadOnlyList<string> data = !isKernels && wanted.HasFlag(MountAttributes.ReadOnly) ? [.. options.Data, "ro"] : options.Data;
        if (TakesLabel(type) && context.Linux.MountLabel is { Length: > 0 } label && context.Kernel.HasSelinux) { data = [.. data, "context=" + label]; }

        Slot made = b.NewSlot(path);
        tree = made;
        Slot? mode = TakesMode && copyUp is null ? EmitModeOfPlace(b) : null;
        b.MakeFileSystem(type, source, data, wanted, made, path);
        if (mode is { } known) { b.Call("set mode of", SystemCall.Fchmodat, [made, ".", known], path, when: Condition.IfSet(known)); }

        MountTarget target = context.Target(b, names, isFile, noSymlinks: type is "proc" or "sysfs");
        if (target.Name.Length == 0) { copyUp?.Emit(b, target.Directory, made); } // a name that was made just now holds nothing

        b.Attach(made, target, path);
        context.SetAttributes(b, made, wanted, new MountChange(0, 0, options.Propagation), path);
        Record(made, type, isFresh: type is "tmpfs" or "ramfs" && copyUp is null, wanted);
    }

    /// <summary>The mode of the directory that is there; an empty slot where there is none yet.</summary>
    private Slot EmitModeOfPlace(LaunchBuilder b)
    {
        Slot place = b.NewSlot(path);
        Slot mode = b.NewSlot("mode of " + path);
        Data status = b.ReserveStatus();
        b.OpenInside(context.Root, path, Inro.Linux.Files.OpenFlags.PathOnly | Inro.Linux.Files.OpenFlags.Directory, place, mayBeAbsent: true);
        b.ReadMode(place, status, mode, path, Condition.IfSet(place));
        b.Call("close", SystemCall.Close, [place], path, when: Condition.IfSet(place));
        return mode;
    }

    /// <summary>Whether the files of a file system can bear one label together: the kernel's own views have labels of their own.</summary>
    private static bool TakesLabel(string type) => type is not ("proc" or "sysfs" or "mqueue" or "cgroup" or "cgroup2");

    private void Record(Slot placed, string type, bool isFresh, MountAttributes known)
    {
        attributes = known;
        context.Placed.Add(new PlacedMount(path, placed, type, isFresh, known));
        if (names.Length > 0) { return; }

        context.Root = placed;
        context.RootAttributes = known;
    }

    private bool HoldsLaterMounts(int index)
    {
        if (path is "/dev") { return true; }

        for (int later = index + 1; later < context.Config.Mounts.Count; later++)
        {
            string[] inside = ContainerPath.Names("mounts", context.Config.Mounts[later].Destination);
            if (ContainerPath.IsAtOrBelow(ContainerPath.Join(inside), path)) { return true; }
        }

        return false;
    }
}
