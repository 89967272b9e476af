using System.Buffers.Binary;
using System.Globalization;
using Inro.Linux;
using Inro.Linux.Capabilities;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>Who the process is: keyring, groups, user, capabilities, and where it stands.</summary>
/// <param name="process">The process.</param>
/// <param name="hasSeccomp">Whether a filter will be loaded.</param>
/// <param name="keyring">Name of the new session keyring; null keeps the caller's.</param>
/// <param name="mayBeDeniedGroups">Whether the user namespace may be one that forbids to change groups, as an ordinary user's own does.</param>
/// <param name="warn">Hears of capabilities that nobody knows.</param>
internal sealed class IdentityStep(ProcessConfig process, bool hasSeccomp, string? keyring, bool mayBeDeniedGroups, Action<string>? warn) : ILaunchStep
{
    private const int SetKeepCapabilities = 8;
    private const int DropBounding = 24;
    private const int SetNoNewPrivileges = 38;
    private const int Ambient = 47;
    private const int AmbientRaise = 2;
    private const int AmbientClear = 4;
    private const int JoinSessionKeyring = 1;
    private const uint CapabilityVersion3 = 0x20080522;
    private const uint DefaultUmask = 0x12; // 022
    private const int MaxPathBytes = 4096;
    private const uint LargestUmask = 0x1FF;
    private const uint NoId = uint.MaxValue;

    /// <summary>What can be handed on: without a user namespace of the container's own, no more than this program may have itself.</summary>
    public CapabilitySet Available { get; init; } = CapabilitySet.Known;

    public string Name => "identity";

    /// <exception cref="RuntimeException">A value is none.</exception>
    public static void Check(ProcessConfig process)
    {
        if (process.User.Umask > LargestUmask) { throw RuntimeException.Invalid("process.user.umask", "must be from 0 to 511"); }

        // setresuid(2): -1 leaves the id as it is, so that the process would stay root.
        if (process.User.Uid == NoId) { throw RuntimeException.Invalid("process.user.uid", "4294967295 is no id"); }

        if (process.User.Gid == NoId) { throw RuntimeException.Invalid("process.user.gid", "4294967295 is no id"); }
    }

    public void Emit(LaunchBuilder builder)
    {
        UserConfig user = process.User;
        CapabilitiesConfig sets = process.Capabilities ?? new CapabilitiesConfig();
        CapabilitySet bounding = Parse("bounding", sets.Bounding);
        if (keyring is not null)
        {
            builder.Call("join session keyring", SystemCall.Keyctl, [JoinSessionKeyring, keyring], keyring, tolerate: [Errno.ENOSYS, Errno.EPERM, Errno.EDQUOT]);
        }

        EmitBounding(builder, bounding);
        EmitGroups(builder, user.AdditionalGids, mayBeDeniedGroups);
        Slot entered = builder.NewSlot("working directory");
        EmitEnter(builder, entered, default);
        if (user.Uid != 0) { builder.Call("keep capabilities over the change of user", SystemCall.Prctl, [SetKeepCapabilities, 1, 0, 0, 0]); }

        builder.Call("become group", SystemCall.Setresgid, [user.Gid, user.Gid, user.Gid], Text(user.Gid));
        builder.Call("become user", SystemCall.Setresuid, [user.Uid, user.Uid, user.Uid], Text(user.Uid));
        builder.Call("enter", SystemCall.Chdir, [process.Cwd], process.Cwd, when: Condition.IfNotSet(entered));
        EmitLook(builder);
        EmitCapabilities(builder, sets);
        if (process.NoNewPrivileges) { builder.Call("refuse new privileges", SystemCall.Prctl, [SetNoNewPrivileges, 1, 0, 0, 0]); }

        uint umask = user.Umask ?? DefaultUmask;
        builder.Call("set file mode mask", SystemCall.Umask, [umask], "0" + Convert.ToString(umask, 8));
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => errno switch
    {
        Errno.EINVAL when operation.Call == SystemCall.Setresuid || operation.Call == SystemCall.Setresgid => "the id is not mapped into the container's user namespace",
        Errno.EPERM when operation.Call == SystemCall.Setgroups => "a user namespace of an ordinary user's own forbids groups: leave process.user.additionalGids out",
        _ => null,
    };

    // What no kernel of this program's time has cannot be given, and is no reason to fail: configurations are older and newer than kernels.
    private CapabilitySet Parse(string set, IReadOnlyList<string> names)
    {
        CapabilitySet known = CapabilitySet.ParseKnown(names, out IReadOnlyList<string> unknown);
        if (unknown.Count > 0) { warn?.Invoke($"process.capabilities.{set}: ignoring unknown capabilities: {string.Join(", ", unknown)}"); }

        CapabilitySet missing = known.Except(Available);
        if (!missing.IsEmpty) { warn?.Invoke($"process.capabilities.{set}: this program does not have {missing} itself and leaves it out"); }

        return known.Intersect(Available);
    }

    private static void EmitBounding(LaunchBuilder b, CapabilitySet keep)
    {
        // Every kernel that can launch (5.10) knows all of them: no refusal is harmless.
        for (int capability = 0; capability < CapabilityNames.Count; capability++)
        {
            if ((keep.Bits >> capability & 1) == 0)
            {
                b.Call("drop", SystemCall.Prctl, [DropBounding, capability, 0, 0, 0], CapabilityNames.Of((Capability)capability));
            }
        }
    }

    private static void EmitGroups(LaunchBuilder b, IReadOnlyList<uint> groups, bool mayBeDenied)
    {
        if (groups.Count == 0)
        {
            b.Call("leave all groups", SystemCall.Setgroups, [0, Argument.Null], tolerate: mayBeDenied ? [Errno.EPERM] : []);
            return;
        }

        Data list = b.Reserve(groups.Count * sizeof(uint));
        for (int i = 0; i < groups.Count; i++) { b.Put(list.At(i * sizeof(uint)), groups[i]); }

        b.Call("join groups", SystemCall.Setgroups, [groups.Count, list], string.Join(',', groups));
    }

    // Twice: root may enter what the user may not, and the user of a shared directory may enter what root may not.
    private void EmitEnter(LaunchBuilder b, Slot entered, Condition when) =>
        b.Call("enter", SystemCall.Chdir, [process.Cwd], process.Cwd, entered, [Errno.EACCES, Errno.EPERM], when);

    /// <summary>A working directory outside the root shows as "(unreachable)" (CVE-2024-21626).</summary>
    private static void EmitLook(LaunchBuilder b)
    {
        Data path = b.Reserve(MaxPathBytes);
        b.Call("ask for the working directory", SystemCall.Getcwd, [path, MaxPathBytes]);
        b.Expect("make sure that the working directory is inside the container", path, b.Bytes("/"u8), Errno.EXDEV);
    }

    private void EmitCapabilities(LaunchBuilder b, CapabilitiesConfig asked)
    {
        CapabilitySet effective = Parse("effective", asked.Effective);
        CapabilitySet permitted = Parse("permitted", asked.Permitted);
        CapabilitySet inheritable = Parse("inheritable", asked.Inheritable);
        CapabilitySet ambient = Parse("ambient", asked.Ambient);

        // Loading a filter without no_new_privs needs it until the exec, which computes all sets anew: it is in none that an exec keeps.
        CapabilitySet loader = hasSeccomp && !process.NoNewPrivileges ? CapabilitySet.Of(Capability.SysAdmin) : CapabilitySet.Empty;
        CapabilitySet inForce = effective.Intersect(permitted).Union(loader);
        CapabilitySet allowed = permitted.Union(loader);

        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, CapabilityVersion3);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 0);
        Span<byte> sets = stackalloc byte[24];
        ReadOnlySpan<uint> words = [inForce.Low, allowed.Low, inheritable.Low, inForce.High, allowed.High, inheritable.High];
        for (int i = 0; i < words.Length; i++) { BinaryPrimitives.WriteUInt32LittleEndian(sets[(i * sizeof(uint))..], words[i]); }

        b.Call("set capabilities", SystemCall.Capset, [b.Bytes(header), b.Bytes(sets)], permitted.IsEmpty ? "none" : permitted.ToString());
        b.Call("clear ambient capabilities", SystemCall.Prctl, [Ambient, AmbientClear, 0, 0, 0]);
        foreach (string name in ambient.Intersect(permitted).Intersect(inheritable).ToNames()) // the kernel refuses the others
        {
            if (!CapabilityNames.TryParse(name, out Capability capability)) { continue; } // cannot be: the set named it

            b.Call("raise ambient capability", SystemCall.Prctl, [Ambient, AmbientRaise, (int)capability, 0, 0], name, tolerate: [Errno.EPERM]);
        }
    }

    private static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);
}
