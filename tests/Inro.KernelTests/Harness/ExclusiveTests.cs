using Xunit;

namespace Inro.KernelTests.Harness;

/// <summary>
/// Tests that nothing else may run beside: those that count the test process's own descriptors and children, change its working
/// directory or rlimits, or measure time. Mark the class <c>[Collection(ExclusiveTests.Name)]</c>.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExclusiveTests
{
    /// <summary>The collection's name.</summary>
    public const string Name = "exclusive";
}
