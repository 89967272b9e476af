namespace Inro.Spec.Runtime;

/// <summary>Filter of system calls: <c>linux.seccomp</c>.</summary>
/// <remarks>Source: OCI runtime-spec, config-linux.md "Seccomp"; names are libseccomp's.</remarks>
public sealed record LinuxSeccomp
{
    /// <summary>What happens to a call that no rule names, such as SCMP_ACT_ERRNO.</summary>
    public required string DefaultAction { get; init; }

    /// <summary>Errno of a default action that returns one; absent means EPERM.</summary>
    public uint? DefaultErrnoRet { get; init; }

    /// <summary>Architectures beside the native one, such as SCMP_ARCH_X86.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>Flags such as SECCOMP_FILTER_FLAG_LOG; null when the field is absent.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>Unix socket that receives the notification descriptor.</summary>
    public string? ListenerPath { get; init; }

    /// <summary>Opaque text for the listener.</summary>
    public string? ListenerMetadata { get; init; }

    /// <summary>Rules.</summary>
    public IReadOnlyList<SeccompRule> Syscalls { get; init; } = [];
}

/// <summary>What happens to some calls.</summary>
public sealed record SeccompRule
{
    /// <summary>Names of calls; unknown ones are left out.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Action such as SCMP_ACT_ALLOW.</summary>
    public required string Action { get; init; }

    /// <summary>Errno of an action that returns one; absent means EPERM.</summary>
    public uint? ErrnoRet { get; init; }

    /// <summary>Conditions on arguments; all must hold.</summary>
    public IReadOnlyList<SeccompArgument> Args { get; init; } = [];
}

/// <summary>A condition on one argument.</summary>
/// <param name="Index">0 to 5.</param>
/// <param name="Value">Compared with, or the mask of SCMP_CMP_MASKED_EQ.</param>
/// <param name="ValueTwo">Value of SCMP_CMP_MASKED_EQ.</param>
/// <param name="Operator">Name such as SCMP_CMP_EQ.</param>
public sealed record SeccompArgument(uint Index, ulong Value, ulong ValueTwo, string Operator);
