using System.Buffers.Binary;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Calls that several steps emit, with their argument structs.</summary>
internal static class LaunchCalls
{
    private static readonly Errno[] Absent = [Errno.ENOENT, Errno.ENOTDIR];

    /// <summary>openat2 below a descriptor that stands in for "/".</summary>
    public static void OpenInside(this LaunchBuilder b, Slot directory, string path, OpenFlags flags, Slot result,
        ResolveFlags resolve = ResolveFlags.None, bool mayBeAbsent = false, Condition when = default, string label = "open in the root")
    {
        Data how = b.OpenHow(flags, resolve | ResolveFlags.InRoot | ResolveFlags.NoMagicLinks);
        b.Call(label, SystemCall.Openat2, [directory, path.Length == 0 ? "." : path, how, MountCalls.OpenHowBytes], path, result,
            mayBeAbsent ? Absent : default, when);
    }

    /// <summary>openat2 that may neither leave the directory, nor cross a mount, nor follow a link.</summary>
    public static void OpenStrictly(this LaunchBuilder b, Slot directory, string path, OpenFlags flags, Slot result, string label)
    {
        Data how = b.OpenHow(flags, ResolveFlags.Beneath | ResolveFlags.NoMagicLinks | ResolveFlags.NoSymlinks | ResolveFlags.NoMountCrossing);
        b.Call(label, SystemCall.Openat2, [directory, path, how, MountCalls.OpenHowBytes], path, result);
    }

    /// <summary>Takes a detached copy of the mount that a descriptor stands for.</summary>
    public static void CloneTree(this LaunchBuilder b, Slot from, Slot result, bool recursive, string subject, Condition when = default) =>
        b.Call("copy mount", SystemCall.OpenTree,
            [from, "", MountCalls.TreeClone | MountCalls.EmptyPath | (recursive ? MountCalls.Recursive : 0)], subject, result, when: when);

    /// <summary>Maps the ids of a detached mount by a user namespace.</summary>
    public static void MapIds(this LaunchBuilder b, Slot mount, Slot userNamespace, bool recursive, string subject)
    {
        Data attributes = b.Reserve(MountCalls.AttributeBytes);
        b.Put(attributes, (ulong)MountAttributes.IdMap);
        b.Store("name the user namespace", userNamespace, attributes.Slice(24, sizeof(ulong)), StoreFormat.Binary64);
        b.Call("map the ids of", SystemCall.MountSetattr,
            [mount, "", MountCalls.EmptyPath | (recursive ? MountCalls.Recursive : 0), attributes, MountCalls.AttributeBytes], subject);
    }

    /// <summary>Attaches a detached mount at its place.</summary>
    public static void Attach(this LaunchBuilder b, Slot mount, MountTarget target, string subject, Condition when = default, string label = "mount on") =>
        b.Call(label, SystemCall.MoveMount,
            [mount, "", target.Directory, target.Name, MountCalls.MoveFromEmptyPath | (target.Name.Length == 0 ? MountCalls.MoveToEmptyPath : 0)],
            subject, when: when);

    /// <summary>Closes a directory of the host as soon as it has served: through one that is open every path of the host can be said.</summary>
    public static void CloseDirectory(this LaunchBuilder b, Slot directory, string subject) => b.Call("close", SystemCall.Close, [directory], subject);

    /// <summary>Makes a file system: fsopen, fsconfig for each option, create, fsmount.</summary>
    /// <param name="options">As <c>name</c> or <c>name=value</c>.</param>
    public static void MakeFileSystem(this LaunchBuilder b, string type, string? source, IReadOnlyList<string> options, MountAttributes attributes,
        Slot result, string subject, Condition when = default)
    {
        Slot context = b.NewSlot($"file system {type}");
        b.Call("open file system", SystemCall.Fsopen, [type, MountCalls.FsOpenCloseOnExec], type, context, when: when);
        if (!string.IsNullOrEmpty(source)) { b.Configure(context, "source", source, type, when); }

        foreach (string option in options)
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                b.Call("set option", SystemCall.Fsconfig, [context, MountCalls.FsConfigSetFlag, option, Argument.Null, 0], $"{option} of {type}", when: when);
            }
            else
            {
                b.Configure(context, option[..equals], option[(equals + 1)..], type, when);
            }
        }

        b.Call("create file system", SystemCall.Fsconfig, [context, MountCalls.FsConfigCreate, Argument.Null, Argument.Null, 0], $"{type} for {subject}", when: when);
        b.Call("make mount of", SystemCall.Fsmount, [context, MountCalls.FsMountCloseOnExec, (ulong)attributes], $"{type} for {subject}", result, when: when);
    }

    /// <summary>Sets one option with a value.</summary>
    public static void Configure(this LaunchBuilder b, Slot context, string name, string value, string type, Condition when = default) =>
        b.Call("set option", SystemCall.Fsconfig, [context, MountCalls.FsConfigSetString, name, value, 0], $"{name} of {type}", when: when);

    /// <summary>mkdirat of one name; one that is there already is taken.</summary>
    public static void MakeDirectory(this LaunchBuilder b, Slot parent, string name, uint mode = 0x1ED /* 0755 */, string? subject = null, Condition when = default) =>
        b.Call("make directory", SystemCall.Mkdirat, [parent, name, mode], subject ?? name, tolerate: [Errno.EEXIST], when: when);

    /// <summary>mknodat of one name; one that is there already is taken.</summary>
    public static void MakeNode(this LaunchBuilder b, Slot parent, string name, uint mode, ulong device = 0, string? subject = null, Condition when = default) =>
        b.Call("make node", SystemCall.Mknodat, [parent, name, mode, device], subject ?? name, tolerate: [Errno.EEXIST], when: when);

    private static Data OpenHow(this LaunchBuilder b, OpenFlags flags, ResolveFlags resolve)
    {
        Span<byte> how = stackalloc byte[MountCalls.OpenHowBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(how, (ulong)(flags | OpenFlags.CloseOnExec));
        BinaryPrimitives.WriteUInt64LittleEndian(how[8..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(how[16..], (ulong)resolve);
        return b.Bytes(how);
    }
}

/// <summary>A place to mount on: a name in an open directory that we made, or, without name, the descriptor itself.</summary>
internal readonly record struct MountTarget(Slot Directory, string Name);
