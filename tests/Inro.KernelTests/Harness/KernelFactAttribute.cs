using System.Runtime.CompilerServices;
using Xunit;

namespace Inro.KernelTests.Harness;

/// <summary>A test that talks to the real kernel. Where the machine lacks a need, it is skipped and the reason names the need.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelFactAttribute : FactAttribute
{
    /// <summary>Makes a fact that runs where all <paramref name="needs"/> are met.</summary>
    public KernelFactAttribute(Needs needs = Needs.None, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        Needs = needs;
        Skip = Machine.WhyNot(needs);
    }

    /// <summary>What the test needs.</summary>
    public Needs Needs { get; }
}

/// <summary>A table test that talks to the real kernel; see <see cref="KernelFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    /// <summary>Makes a theory that runs where all <paramref name="needs"/> are met.</summary>
    public KernelTheoryAttribute(Needs needs = Needs.None, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        Needs = needs;
        Skip = Machine.WhyNot(needs);
    }

    /// <summary>What the test needs.</summary>
    public Needs Needs { get; }
}
