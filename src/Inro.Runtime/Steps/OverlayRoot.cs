using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;
using Inro.Spec;

namespace Inro.Runtime.Steps;

/// <summary>An overlay of layers as the root. Names are relative to the snapshots' directory, because the kernel's strings are short.</summary>
/// <remarks>
/// A chain of layers that one fsconfig string holds (255 bytes, some 40 layers) becomes a detached mount at once. A longer one is mounted by
/// mount(2), whose options have a page, over the snapshots' directory in a mount namespace that nobody else sees, and taken from there. Of more
/// layers than a page or an overlay holds, groups are overlays of their own; the kernel stacks two of them.
/// </remarks>
internal static class OverlayRoot
{
    private const uint CapabilityVersion3 = 0x20080522;

    /// <summary>Emits the operations; the working directory is the snapshots' afterwards.</summary>
    /// <param name="unprivileged">In a user namespace without the host's rights: overlayfs keeps its marks in user xattrs there.</param>
    /// <param name="isOnHost">Whether this happens in the host's mount namespace, before the clone.</param>
    public static void Emit(LaunchBuilder builder, SnapshotMount snapshot, Slot result, bool unprivileged, bool isOnHost)
    {
        Validate(snapshot);
        if (isOnHost && !FitsOneString(snapshot)) { LeaveHost(builder); }

        builder.Call("enter", SystemCall.Chdir, [snapshot.Directory], snapshot.Directory);
        Emit(builder, snapshot, result, unprivileged);
    }

    /// <summary>The same with the ids of a user namespace: all layers are mapped by one mount over their directory, so that ids on disk stay the image's.</summary>
    /// <param name="user">The host's id of the container's root. An overlay takes its maker's ids for its own work, and turns read-only where they are not mapped.</param>
    /// <param name="group">The same for the group.</param>
    public static void EmitMapped(LaunchBuilder builder, SnapshotMount snapshot, Slot result, Slot userNamespace, uint user, uint group)
    {
        Validate(snapshot);
        LeaveHost(builder);
        Slot layers = builder.NewSlot("layers");
        builder.Call("copy mount", SystemCall.OpenTree, [MountCalls.CurrentDirectory, snapshot.Directory, MountCalls.TreeClone], snapshot.Directory, layers);
        builder.MapIds(layers, userNamespace, recursive: false, snapshot.Directory);
        builder.Call("mount on", SystemCall.MoveMount, [layers, "", MountCalls.CurrentDirectory, snapshot.Directory, MountCalls.MoveFromEmptyPath], snapshot.Directory);
        builder.CloseDirectory(layers, snapshot.Directory);
        builder.Call("enter", SystemCall.Chdir, [snapshot.Directory], snapshot.Directory);
        Data header = builder.Reserve(8);
        Data capabilities = builder.Reserve(24);
        builder.Put(header, CapabilityVersion3);
        builder.Call("note capabilities", SystemCall.Capget, [header, capabilities]);
        builder.Call("make files as group", SystemCall.Setfsgid, [group], group.ToString(CultureInfo.InvariantCulture));
        builder.Call("make files as user", SystemCall.Setfsuid, [user], user.ToString(CultureInfo.InvariantCulture));

        // The change took the capabilities over files with it, and overlayfs keeps those of its maker: its work directory has no permission bits.
        builder.Call("take capabilities back", SystemCall.Capset, [header, capabilities]);
        Emit(builder, snapshot, result, unprivileged: false);
        builder.Call("make files as user", SystemCall.Setfsuid, [0], "0");
        builder.Call("make files as group", SystemCall.Setfsgid, [0], "0");
    }

    private static void LeaveHost(LaunchBuilder b)
    {
        b.Call("make private mount namespace", SystemCall.Unshare, [(ulong)NamespaceFlags.Mount]);
        b.Call("stop mounts from leaving", SystemCall.Mount, ["none", "/", Argument.Null, (ulong)(MountFlags.Slave | MountFlags.Recursive), Argument.Null], "/");
    }

    private static void Emit(LaunchBuilder b, SnapshotMount snapshot, Slot result, bool unprivileged)
    {
        if (FitsOneString(snapshot)) { EmitDetached(b, snapshot, result, unprivileged); }
        else { EmitThroughPage(b, snapshot, result, unprivileged); }
    }

    private static void EmitDetached(LaunchBuilder b, SnapshotMount snapshot, Slot result, bool unprivileged)
    {
        Slot context = b.NewSlot("overlay");
        b.Call("open file system", SystemCall.Fsopen, ["overlay", MountCalls.FsOpenCloseOnExec], "overlay", context);
        b.Configure(context, "source", "overlay", "overlay");
        b.Configure(context, "lowerdir", Lower(snapshot), "overlay");
        if (snapshot is { Upper: { } upper, Work: { } work })
        {
            b.Configure(context, "upperdir", upper, "overlay");
            b.Configure(context, "workdir", work, "overlay");
        }

        if (unprivileged) { SetFlag(b, context, "userxattr"); }

        if (snapshot.IsVolatile) { SetFlag(b, context, "volatile"); }

        b.Call("create file system", SystemCall.Fsconfig, [context, MountCalls.FsConfigCreate, Argument.Null, Argument.Null, 0], "overlay for the root");
        b.Call("make mount of", SystemCall.Fsmount, [context, MountCalls.FsMountCloseOnExec, 0], "overlay for the root", result);
    }

    private static void SetFlag(LaunchBuilder b, Slot context, string name) =>
        b.Call("set option", SystemCall.Fsconfig, [context, MountCalls.FsConfigSetFlag, name, Argument.Null, 0], name + " of overlay");

    private static void EmitThroughPage(LaunchBuilder b, SnapshotMount snapshot, Slot result, bool unprivileged)
    {
        List<string[]> groups = LayerGroups.Of(snapshot.Lower);
        var lower = new string[groups.Count];
        for (int i = 0; i < lower.Length; i++) { lower[i] = groups.Count > 1 ? EmitGroup(b, groups[i], unprivileged) : string.Join(':', groups[i]); }

        string options = $"lowerdir={string.Join(':', lower)}{(snapshot is { Upper: { } upper, Work: { } work } ? $",upperdir={upper},workdir={work}" : "")}{(unprivileged ? ",userxattr" : "")}{(snapshot.IsVolatile ? ",volatile" : "")}";
        int length = Encoding.UTF8.GetByteCount(options);
        if (length > MountCalls.MaxMountDataBytes)
        {
            throw new RuntimeException(RuntimeError.Failed,
                $"the root has {snapshot.Lower.Count} layers, of which overlays of overlays hold some {LayerGroups.MaxLayers * LayerGroups.MaxLayers}",
                "make one layer of them: inro image flatten");
        }

        b.Call("mount", SystemCall.Mount, ["overlay", snapshot.Directory, "overlay", 0, options], $"overlay of {snapshot.Lower.Count} layers");
        b.Call("copy mount", SystemCall.OpenTree, [MountCalls.CurrentDirectory, snapshot.Directory, MountCalls.TreeClone], "overlay for the root", result);
        b.Call("unmount", SystemCall.Umount2, [snapshot.Directory, MountCalls.UnmountDetach], snapshot.Directory);
    }

    /// <summary>Shows a group's layers together in the place of its topmost one, in a mount namespace that nobody else sees; the overlay above holds on to it.</summary>
    private static string EmitGroup(LaunchBuilder b, string[] layers, bool unprivileged)
    {
        if (layers.Length == 1) { return layers[0]; }

        b.Call("mount", SystemCall.Mount, ["overlay", layers[0], "overlay", 0, $"lowerdir={string.Join(':', layers)}{(unprivileged ? ",userxattr" : "")}"], $"overlay of {layers.Length} layers");
        return layers[0];
    }

    private static string Lower(SnapshotMount snapshot) => string.Join(':', snapshot.Lower);

    private static bool FitsOneString(SnapshotMount snapshot) => Encoding.UTF8.GetByteCount(Lower(snapshot)) <= MountCalls.MaxFsConfigStringBytes;

    private static void Validate(SnapshotMount snapshot)
    {
        if (snapshot.Lower.Count == 0) { throw RuntimeException.Invalid("root", "an overlay needs at least one layer"); }

        if (snapshot.Upper is null != snapshot.Work is null) { throw RuntimeException.Invalid("root", "an overlay has both a writable layer and a work directory, or neither"); }

        foreach (string name in snapshot.Lower.Append(snapshot.Upper ?? "1").Append(snapshot.Work ?? "1"))
        {
            if (name.Length == 0 || name.AsSpan().IndexOfAny(":,\\\0") >= 0)
            {
                throw RuntimeException.Invalid("root", $"the layer name \"{name}\" holds a character that overlayfs takes for a separator");
            }
        }
    }
}
