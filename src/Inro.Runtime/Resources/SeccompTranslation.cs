using Inro.Linux.Seccomp;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>From the specification's names to the kernel's and libseccomp's numbers. Unknown names are errors, never ignored.</summary>
internal static class SeccompTranslation
{
    private const uint ReturnErrno = 0x0005_0000;
    private const uint ReturnNotify = 0x7fc0_0000;
    private const uint Eperm = 1;
    private const uint MaxErrno = 4095;
    private const uint FlagNewListener = 1 << 3;
    private const uint FlagSpecAllow = 1 << 2;

    public static SeccompProfile Profile(LinuxSeccomp seccomp)
    {
        uint defaultAction = Action(seccomp.DefaultAction, seccomp.DefaultErrnoRet, "defaultAction");
        if (defaultAction == ReturnNotify) { throw new ResourceException("seccomp.defaultAction cannot be SCMP_ACT_NOTIFY: the container could not start"); }

        List<SeccompCallRule> rules = new(seccomp.Syscalls.Count);
        foreach (SeccompRule rule in seccomp.Syscalls) { rules.Add(Rule(rule)); }
        return new SeccompProfile
        {
            DefaultAction = defaultAction,
            Architectures = [.. seccomp.Architectures.Select(Architecture)],
            Rules = rules,
            NewerCallsAreMissing = (defaultAction & 0xffff_0000) == ReturnErrno,
        };
    }

    /// <summary>The flags of seccomp(2). Absent flags mean that speculation stays as the host has it, as newer runtimes read it.</summary>
    public static uint Flags(LinuxSeccomp seccomp)
    {
        uint flags = 0;
        if (seccomp.Flags is null) { flags = FlagSpecAllow; }
        else
        {
            foreach (string flag in seccomp.Flags) { flags |= Flag(flag); }
        }

        return Notifies(seccomp) ? flags | FlagNewListener : flags;
    }

    private static bool Notifies(LinuxSeccomp seccomp)
    {
        foreach (SeccompRule rule in seccomp.Syscalls)
        {
            if (rule.Action == "SCMP_ACT_NOTIFY") { return true; }
        }

        return false;
    }

    private static SeccompCallRule Rule(SeccompRule rule)
    {
        uint action = Action(rule.Action, rule.ErrnoRet, "syscalls.action");
        var conditions = new SeccompCondition[rule.Args.Count];
        for (int i = 0; i < conditions.Length; i++)
        {
            SeccompArgument a = rule.Args[i];
            if (a.Index > 5) { throw new ResourceException($"a seccomp rule looks at argument {a.Index}; calls have arguments 0 to 5"); }
            conditions[i] = new(a.Index, Comparison(a.Operator), a.Value, a.ValueTwo);
        }

        return new(rule.Names, action, conditions);
    }

    private static uint Action(string name, uint? errno, string field)
    {
        if (errno > MaxErrno) { throw new ResourceException($"seccomp.{field} returns errno {errno}; the highest is {MaxErrno}"); }
        uint data = errno ?? Eperm;
        return name switch
        {
            "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0,
            "SCMP_ACT_KILL_PROCESS" => 0x8000_0000,
            "SCMP_ACT_TRAP" => 0x0003_0000,
            "SCMP_ACT_ERRNO" => ReturnErrno | data,
            "SCMP_ACT_TRACE" => 0x7ff0_0000 | data,
            "SCMP_ACT_LOG" => 0x7ffc_0000,
            "SCMP_ACT_ALLOW" => 0x7fff_0000,
            "SCMP_ACT_NOTIFY" => ReturnNotify,
            _ => throw new ResourceException($"seccomp.{field} is '{name}', which is no action"),
        };
    }

    private static uint Flag(string name) => name switch
    {
        "SECCOMP_FILTER_FLAG_TSYNC" => 0, // one thread loads the filter, before the program exists
        "SECCOMP_FILTER_FLAG_LOG" => 1 << 1,
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => FlagSpecAllow,
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => 1 << 5,
        _ => throw new ResourceException($"seccomp.flags has '{name}', which is no flag"),
    };

    private static SeccompComparisonKind Comparison(string name) => name switch
    {
        "SCMP_CMP_NE" => SeccompComparisonKind.NotEqual,
        "SCMP_CMP_LT" => SeccompComparisonKind.Less,
        "SCMP_CMP_LE" => SeccompComparisonKind.LessOrEqual,
        "SCMP_CMP_EQ" => SeccompComparisonKind.Equal,
        "SCMP_CMP_GE" => SeccompComparisonKind.GreaterOrEqual,
        "SCMP_CMP_GT" => SeccompComparisonKind.Greater,
        "SCMP_CMP_MASKED_EQ" => SeccompComparisonKind.MaskedEqual,
        _ => throw new ResourceException($"a seccomp rule compares with '{name}', which is no operator"),
    };

    // SCMP_ARCH_X86_64 is libseccomp's "x86_64".
    private static string Architecture(string name) => name switch
    {
        "SCMP_ARCH_X86" or "SCMP_ARCH_X86_64" or "SCMP_ARCH_X32" or "SCMP_ARCH_ARM" or "SCMP_ARCH_AARCH64" or "SCMP_ARCH_MIPS" or "SCMP_ARCH_MIPS64"
            or "SCMP_ARCH_MIPS64N32" or "SCMP_ARCH_MIPSEL" or "SCMP_ARCH_MIPSEL64" or "SCMP_ARCH_MIPSEL64N32" or "SCMP_ARCH_PPC" or "SCMP_ARCH_PPC64"
            or "SCMP_ARCH_PPC64LE" or "SCMP_ARCH_S390" or "SCMP_ARCH_S390X" or "SCMP_ARCH_PARISC" or "SCMP_ARCH_PARISC64" or "SCMP_ARCH_RISCV64"
            or "SCMP_ARCH_LOONGARCH64" or "SCMP_ARCH_M68K" or "SCMP_ARCH_SH" or "SCMP_ARCH_SHEB" => name["SCMP_ARCH_".Length..].ToLowerInvariant(),
        _ => throw new ResourceException($"seccomp.architectures has '{name}', which is no architecture"),
    };
}
