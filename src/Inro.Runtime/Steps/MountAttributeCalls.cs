using System.Buffers.Binary;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Changes attributes of mounts that stand in their places: by mount_setattr(2), or by mount(2) through /proc/self/fd where the kernel lacks it.</summary>
/// <remarks>
/// mount(2) wants an attached mount, which is why attributes are set after attaching everywhere, and replaces all attributes, which is why
/// the ones that are there must be known. The old root's /proc is in sight until pivot_root; nothing of the container's is asked.
/// </remarks>
internal static class MountAttributeCalls
{
    private const string DescriptorPath = "/proc/self/fd/";
    private const int DigitBytes = 12;

    /// <summary>Changes one mount, not those below it.</summary>
    /// <param name="known">What it has now.</param>
    public static void SetAttributes(this LaunchContext context, LaunchBuilder b, Slot mount, MountAttributes known, MountChange change, string subject, Condition when = default)
    {
        if (change.IsNothing) { return; }

        if (context.Kernel.HasMountAttributes)
        {
            b.MountSetAttributes(mount, change, recursive: false, subject, when);
            return;
        }

        Argument path = Path(context, b, mount, when);
        MountAttributes wanted = change.Apply(known);
        if (wanted != known)
        {
            b.Call("set mount attributes of", SystemCall.Mount, [Argument.Null, path, Argument.Null, Remount(wanted), Argument.Null], subject, when: when);
        }

        if (change.Propagation != 0)
        {
            b.Call("set propagation of", SystemCall.Mount, [Argument.Null, path, Argument.Null, (ulong)change.Propagation, Argument.Null], subject, when: when);
        }
    }

    /// <summary>Changes a mount with all below it.</summary>
    public static void MountSetAttributes(this LaunchBuilder b, Slot mount, MountChange change, bool recursive, string subject, Condition when = default)
    {
        if (change.IsNothing) { return; }

        // The access time rule is a field, not bits: whoever names a part of it replaces the whole.
        MountAttributes clear = change.Clear | (change.TouchesAccessTime ? MountAttributes.AccessTimeMask : 0);
        Span<byte> attributes = stackalloc byte[MountCalls.AttributeBytes];
        attributes.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(attributes, (ulong)change.Set);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes[8..], (ulong)clear);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes[16..], (ulong)(change.Propagation & ~MountFlags.Recursive));
        b.Call("set mount attributes of", SystemCall.MountSetattr,
            [mount, "", MountCalls.EmptyPath | (recursive ? MountCalls.Recursive : 0), b.Bytes(attributes), MountCalls.AttributeBytes], subject, when: when);
    }

    private static Argument Path(LaunchContext context, LaunchBuilder b, Slot mount, Condition when)
    {
        if (context.HasPivoted) { return "/"; } // only the root is changed then, and /proc is the container's

        Data path = b.Bytes([.. "/proc/self/fd/"u8, .. stackalloc byte[DigitBytes]]);
        b.Store("name the mount", mount, path.Slice(DescriptorPath.Length, DigitBytes), StoreFormat.Decimal, when: when);
        return path;
    }

    private static ulong Remount(MountAttributes wanted)
    {
        MountFlags flags = MountFlags.Remount | MountFlags.Bind | (MountFlags)(ulong)(wanted & (MountAttributes)0xF);
        flags |= (wanted & MountAttributes.AccessTimeMask) switch
        {
            MountAttributes.NoAccessTime => MountFlags.NoAccessTime,
            MountAttributes.StrictAccessTime => MountFlags.StrictAccessTime,
            _ => MountFlags.RelativeAccessTime,
        };
        if (wanted.HasFlag(MountAttributes.NoDirectoryAccessTime)) { flags |= MountFlags.NoDirectoryAccessTime; }

        if (wanted.HasFlag(MountAttributes.NoSymlinks)) { flags |= MountFlags.NoSymlinks; }

        return (ulong)flags;
    }
}

/// <summary>What is to change on a mount.</summary>
/// <param name="Set">Attributes it gets.</param>
/// <param name="Clear">Attributes it loses.</param>
/// <param name="Propagation">Propagation type, with <see cref="MountFlags.Recursive"/> where it is for all below; 0 leaves it.</param>
internal readonly record struct MountChange(MountAttributes Set, MountAttributes Clear = 0, MountFlags Propagation = 0)
{
    public bool IsNothing => (Set | Clear) == 0 && Propagation == 0;

    public bool TouchesAccessTime => ((Set | Clear) & MountAttributes.AccessTimeMask) != 0;

    /// <summary>A mount's attributes afterwards.</summary>
    public MountAttributes Apply(MountAttributes known) => (known & ~(Clear | (TouchesAccessTime ? MountAttributes.AccessTimeMask : 0))) | Set;
}
