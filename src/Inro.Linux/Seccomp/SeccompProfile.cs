namespace Inro.Linux.Seccomp;

/// <summary>What a filter shall do, in the kernel's numbers: the input of <see cref="SeccompCompiler"/>.</summary>
public sealed record SeccompProfile
{
    /// <summary>SECCOMP_RET_* with its data, for calls that no rule names.</summary>
    public required uint DefaultAction { get; init; }

    /// <summary>libseccomp's names of architectures beside the native one: <c>x86</c>, <c>x32</c>. All others are killed.</summary>
    public required IReadOnlyList<string> Architectures { get; init; }

    /// <summary>Rules in order.</summary>
    public required IReadOnlyList<SeccompCallRule> Rules { get; init; }

    /// <summary>
    /// Whether calls newer than every one that the rules name fail with ENOSYS instead of the default action, so that programs take their older way.
    /// </summary>
    public bool NewerCallsAreMissing { get; init; }
}

/// <summary>What happens to some calls.</summary>
/// <param name="Names">Calls; those that libseccomp does not know are left out.</param>
/// <param name="Action">SECCOMP_RET_* with its data.</param>
/// <param name="Conditions">All must hold.</param>
public sealed record SeccompCallRule(IReadOnlyList<string> Names, uint Action, IReadOnlyList<SeccompCondition> Conditions);

/// <summary>A condition on one argument.</summary>
/// <param name="Argument">0 to 5.</param>
/// <param name="Comparison">How.</param>
/// <param name="First">Compared with; for a masked comparison the mask.</param>
/// <param name="Second">For a masked comparison the value.</param>
public sealed record SeccompCondition(uint Argument, SeccompComparisonKind Comparison, ulong First, ulong Second);

/// <summary>Comparisons with libseccomp's numbers (enum scmp_compare).</summary>
public enum SeccompComparisonKind
{
    /// <summary>Not equal.</summary>
    NotEqual = 1,

    /// <summary>Less than.</summary>
    Less = 2,

    /// <summary>Less than or equal.</summary>
    LessOrEqual = 3,

    /// <summary>Equal.</summary>
    Equal = 4,

    /// <summary>Greater than or equal.</summary>
    GreaterOrEqual = 5,

    /// <summary>Greater than.</summary>
    Greater = 6,

    /// <summary>Equal after a mask.</summary>
    MaskedEqual = 7,
}
