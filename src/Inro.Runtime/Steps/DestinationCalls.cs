using Inro.Linux;
using Inro.Linux.Files;
using Inro.Runtime.Launch;
using Inro.Runtime.Rootfs;

namespace Inro.Runtime.Steps;

/// <summary>Finds places inside the root by descriptors, and makes the missing ones name by name: a path that is resolved twice can be swapped between.</summary>
internal static class DestinationCalls
{
    private const int StatfsBytes = 128; // struct statfs has 120 on 64-bit machines
    private const uint RegularFile = 0x8000;
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint FileMode = 0x1A4; // 0644

    /// <summary>PROC_SUPER_MAGIC as statfs(2) gives it, in its first eight bytes.</summary>
    private static ReadOnlySpan<byte> ProcMagic => [0xA0, 0x9F, 0, 0, 0, 0, 0, 0];

    /// <summary>A place to mount on; made if it is missing.</summary>
    /// <param name="names">From <see cref="ContainerPath.Names"/>.</param>
    /// <param name="isFile">What to make.</param>
    /// <param name="noSymlinks">Refuses links anywhere in the path: proc and sysfs go on real directories only.</param>
    public static MountTarget Target(this LaunchContext context, LaunchBuilder b, string[] names, bool isFile, bool noSymlinks = false)
    {
        if (names.Length == 0) { return new MountTarget(context.Root, ""); }

        string path = ContainerPath.Join(names);
        if (context.MountUnder(path) is { IsFresh: true } fresh && ContainerPath.Join(names.AsSpan(..^1)) == fresh.Path)
        {
            Make(b, fresh.Mount, names[^1], isFile, path, default);
            return new MountTarget(fresh.Mount, names[^1]);
        }

        Slot place = b.NewSlot(path);
        OpenFlags flags = OpenFlags.PathOnly | (noSymlinks ? OpenFlags.Directory : 0);
        ResolveFlags resolve = noSymlinks ? ResolveFlags.NoSymlinks : 0;
        b.OpenInside(context.Root, path, flags, place, resolve, mayBeAbsent: true);
        Condition missing = Condition.IfNotSet(place);
        Slot parent = context.Parents(b, names, missing, resolve);
        Make(b, parent, names[^1], isFile, path, missing);
        b.OpenInside(context.Root, path, flags, place, resolve, when: missing);
        if (!noSymlinks && !ContainerPath.IsAtOrBelow(path, "/proc")) { RefuseProc(b, place, path); }

        return new MountTarget(place, "");
    }

    /// <summary>What <see cref="ProcRules"/> refuses by its name must not be reached through a link of the image either (CVE-2019-16884).</summary>
    private static void RefuseProc(LaunchBuilder b, Slot place, string path)
    {
        Data status = b.Reserve(StatfsBytes);
        b.Call("look at the file system of", SystemCall.Fstatfs, [place, status], path);
        b.ExpectOther("keep out of /proc what is mounted on", status.Slice(0, ProcMagic.Length), b.Bytes(ProcMagic), Errno.ELOOP, path);
    }

    /// <summary>The directory that holds the last of the names; missing directories are made.</summary>
    public static Slot Parent(this LaunchContext context, LaunchBuilder b, string[] names)
    {
        string path = ContainerPath.Join(names.AsSpan(..^1));
        if (names.Length == 1) { return context.Root; }

        if (context.MountUnder(path) is { } mount && mount.Path == path && mount.IsFresh) { return mount.Mount; }

        return context.Directory(b, names[..^1]);
    }

    /// <summary>A directory; made if it is missing.</summary>
    public static Slot Directory(this LaunchContext context, LaunchBuilder b, string[] names)
    {
        if (names.Length == 0) { return context.Root; }

        string path = ContainerPath.Join(names);
        Slot place = b.NewSlot(path);
        b.OpenInside(context.Root, path, OpenFlags.PathOnly | OpenFlags.Directory, place, mayBeAbsent: true);
        Condition missing = Condition.IfNotSet(place);
        Slot parent = context.Parents(b, names, missing, ResolveFlags.None);
        b.MakeDirectory(parent, names[^1], subject: path, when: missing);
        b.OpenInside(context.Root, path, OpenFlags.PathOnly | OpenFlags.Directory, place, when: missing);
        return place;
    }

    private static Slot Parents(this LaunchContext context, LaunchBuilder b, string[] names, Condition when, ResolveFlags resolve)
    {
        Slot parent = context.Root;
        for (int depth = 1; depth < names.Length; depth++)
        {
            string path = ContainerPath.Join(names.AsSpan(..depth));
            b.MakeDirectory(parent, names[depth - 1], subject: path, when: when);
            Slot next = b.NewSlot(path);
            b.OpenInside(context.Root, path, OpenFlags.PathOnly | OpenFlags.Directory, next, resolve, when: when);
            parent = next;
        }

        return parent;
    }

    private static void Make(LaunchBuilder b, Slot parent, string name, bool isFile, string path, Condition when)
    {
        if (isFile) { b.MakeNode(parent, name, RegularFile | FileMode, subject: path, when: when); }
        else { b.MakeDirectory(parent, name, DirectoryMode, path, when); }
    }
}
