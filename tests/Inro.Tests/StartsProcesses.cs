using Xunit;

namespace Inro.Tests;

/// <summary>Tests that start programs run beside no others: between fork and exec a child holds the files of all of them open, and their locks.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StartsProcesses
{
    /// <summary>The collection's name.</summary>
    public const string Name = "starts processes";
}
