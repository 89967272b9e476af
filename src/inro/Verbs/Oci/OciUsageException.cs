namespace Inro.Cli.Verbs.Oci;

/// <summary>The command line is not what it should be.</summary>
/// <param name="problem">What is wrong with it.</param>
/// <param name="verb">The verb whose help is shown besides; empty for that of the program; null for none.</param>
internal sealed class OciUsageException(string problem, string? verb = null) : Exception(problem)
{
    /// <summary>The verb whose help is shown besides; empty for that of the program; null for none.</summary>
    public string? Verb { get; } = verb;

    /// <summary>Whether nothing is wrong: help was asked for.</summary>
    public bool IsHelp { get; init; }

    /// <summary>The exit status.</summary>
    public int Status { get; init; } = 1;
}
