using System.Text;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;
using Inro.Spec;

namespace Inro.Runtime.Steps;

/// <summary>An overlay of layers as the root. Names are relative to the snapshots' directory: fsconfig strings end at 255 bytes.</summary>
internal static class OverlayRoot
{
    /// <summary>Emits the operations; the working directory is the snapshots' afterwards.</summary>
    /// <param name="unprivileged">In a user namespace without the host's rights: overlayfs keeps its marks in user xattrs there.</param>
    public static void Emit(LaunchBuilder builder, SnapshotMount snapshot, Slot result, bool unprivileged)
    {
        Validate(snapshot);
        builder.Call("enter", SystemCall.Chdir, [snapshot.Directory], snapshot.Directory);
        Emit(builder, snapshot, result, unprivileged, when: default);
    }

    private static void Emit(LaunchBuilder b, SnapshotMount snapshot, Slot result, bool unprivileged, Condition when)
    {
        Slot context = b.NewSlot("overlay");
        b.Call("open file system", SystemCall.Fsopen, ["overlay", MountCalls.FsOpenCloseOnExec], "overlay", context, when: when);
        b.Configure(context, "source", "overlay", "overlay", when);
        foreach ((string name, string value) in LowerOptions(snapshot)) { b.Configure(context, name, value, "overlay", when); }

        if (snapshot is { Upper: { } upper, Work: { } work })
        {
            b.Configure(context, "upperdir", upper, "overlay", when);
            b.Configure(context, "workdir", work, "overlay", when);
        }

        if (unprivileged)
        {
            b.Call("set option", SystemCall.Fsconfig, [context, MountCalls.FsConfigSetFlag, "userxattr", Argument.Null, 0], "userxattr of overlay", when: when);
        }

        b.Call("create file system", SystemCall.Fsconfig, [context, MountCalls.FsConfigCreate, Argument.Null, Argument.Null, 0], "overlay for the root", when: when);
        b.Call("make mount of", SystemCall.Fsmount, [context, MountCalls.FsMountCloseOnExec, 0], "overlay for the root", result, when: when);
    }

    /// <summary>One string while it fits; else a layer at a time, which overlayfs takes since Linux 6.5.</summary>
    private static IEnumerable<(string Name, string Value)> LowerOptions(SnapshotMount snapshot)
    {
        string joined = string.Join(':', snapshot.Lower);
        return Encoding.UTF8.GetByteCount(joined) <= MountCalls.MaxFsConfigStringBytes
            ? [("lowerdir", joined)]
            : snapshot.Lower.Select(static layer => ("lowerdir+", layer));
    }

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
