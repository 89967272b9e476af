namespace Inro.Linux.Cgroups;

/// <summary>Assembles the eBPF program that answers for cgroup v2 whether a device node may be made, read or written.</summary>
/// <remarks>
/// The last rule that names a device holds, for each kind of access by itself: the program goes from the last rule to the first, crosses off what a rule
/// allows, and ends at the first denial or when nothing is left. See bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE, and linux/bpf.h.
/// </remarks>
public sealed class DeviceProgram
{
    private const byte AccessAll = DeviceAccess.Mknod | DeviceAccess.Read | DeviceAccess.Write;
    private readonly BpfCode code = new();

    private DeviceProgram()
    {
    }

    /// <summary>Makes the program's instructions, eight bytes each.</summary>
    /// <param name="rules">In the order of the configuration.</param>
    public static byte[] Assemble(IReadOnlyList<DeviceMatch> rules)
    {
        var program = new DeviceProgram();
        program.Prologue();
        bool ended = false;
        for (int i = rules.Count - 1; i >= 0 && !ended; i--) { ended = program.Rule(rules[i]); }

        if (!ended) { program.code.Return(allow: true); } // as v1: a new cgroup allows what its parent allows
        return program.code.ToBytes();
    }

    // The context is struct bpf_cgroup_dev_ctx: access in the high and type in the low half of the first word, then major and minor.
    private void Prologue()
    {
        code.Emit(0x61, Register.Type, BpfCode.Context, 0, 0);  // type = ctx[0]
        code.Emit(0xbf, Register.Access, Register.Type, 0, 0);   // access = type
        code.Emit(0x57, Register.Type, 0, 0, 0xffff);            // type &= 0xffff
        code.Emit(0x77, Register.Access, 0, 0, 16);              // access >>= 16
        code.Emit(0x61, Register.Major, BpfCode.Context, 4, 0); // major = ctx[4]
        code.Emit(0x61, Register.Minor, BpfCode.Context, 8, 0); // minor = ctx[8]
    }

    /// <returns>True where nothing after it can be reached; the verifier refuses such code.</returns>
    private bool Rule(DeviceMatch rule)
    {
        bool full = (rule.Access & AccessAll) == AccessAll;
        int body = full ? 2 : 4;
        int tests = (rule.Type is null ? 0 : 1) + (rule.Major is null ? 0 : 1) + (rule.Minor is null ? 0 : 1);
        int left = tests + body;
        if (rule.Type is { } type) { code.SkipUnless(Register.Type, type == 'b' ? 1 : 2, --left); }
        if (rule.Major is { } major) { code.SkipUnless(Register.Major, major, --left); }
        if (rule.Minor is { } minor) { code.SkipUnless(Register.Minor, minor, --left); }

        if (!full && rule.Allow)
        {
            code.Emit(0x57, Register.Access, 0, 0, ~rule.Access);  // access &= ~allowed
            code.Emit(0x55, Register.Access, 0, 2, 0);             // something is left: go on
        }
        else if (!full)
        {
            code.Emit(0x45, Register.Access, 0, 1, rule.Access);   // access & denied: the return below
            code.Emit(0x05, 0, 0, 2, 0);                           // go on
        }

        code.Return(rule.Allow);
        return full && tests == 0;
    }

    private static class Register
    {
        public const byte Type = 2;
        public const byte Access = 3;
        public const byte Major = 4;
        public const byte Minor = 5;
    }
}

/// <summary>One rule of a device program.</summary>
/// <param name="Allow">Whether it allows.</param>
/// <param name="Type">'b', 'c', or null for both.</param>
/// <param name="Major">Null for any.</param>
/// <param name="Minor">Null for any.</param>
/// <param name="Access">Bits of <see cref="DeviceAccess"/>.</param>
public sealed record DeviceMatch(bool Allow, char? Type, int? Major, int? Minor, byte Access);

/// <summary>Kinds of access, with the kernel's bits (BPF_DEVCG_ACC_*).</summary>
public static class DeviceAccess
{
    /// <summary>Making the node.</summary>
    public const byte Mknod = 1;

    /// <summary>Opening it for reading.</summary>
    public const byte Read = 2;

    /// <summary>Opening it for writing.</summary>
    public const byte Write = 4;
}
