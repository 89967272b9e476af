using System.Text.Json;
using Inro.Linux.Seccomp;

namespace Inro.Runtime.Features;

/// <summary>What filters of system calls may say.</summary>
internal static class SeccompFeatures
{
    /// <summary>The first kernel that has SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV.</summary>
    private static readonly Version WaitKillable = new(5, 19);

    private static readonly string[] Operators = ["SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE"];

    private static readonly string[] Architectures =
    [
        "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32",
        "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64",
        "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB", "SCMP_ARCH_X32", "SCMP_ARCH_X86",
        "SCMP_ARCH_X86_64",
    ];

    private static readonly string[] Flags =
    [
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ];

    public static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("seccomp"u8);
        json.WriteBoolean("enabled"u8, SeccompCompiler.IsAvailable);
        FeaturesDocument.Strings(json, "actions"u8, Actions());
        FeaturesDocument.Strings(json, "operators"u8, Operators);
        FeaturesDocument.Strings(json, "archs"u8, Architectures);
        FeaturesDocument.Strings(json, "knownFlags"u8, Flags);
        bool waits = RuntimeAbilities.SeccompListener && Environment.OSVersion.Version >= WaitKillable;
        FeaturesDocument.Strings(json, "supportedFlags"u8, waits ? Flags : Flags[..^1]); // the others are older than any kernel that can launch
        json.WriteEndObject();
    }

    private static string[] Actions() =>
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG",
        .. RuntimeAbilities.SeccompListener ? (string[])["SCMP_ACT_NOTIFY"] : [], "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];
}
