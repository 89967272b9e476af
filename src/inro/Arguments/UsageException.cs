namespace Inro.Cli.Arguments;

/// <summary>What a person typed cannot be read; nothing was done.</summary>
/// <param name="problem">Lower case, without a final stop.</param>
/// <param name="status">125 for a flag (docker's table), 1 for a missing or surplus operand.</param>
internal sealed class UsageException(string problem, int status = ExitStatus.Refused) : Exception(problem)
{
    /// <summary>The program's exit status.</summary>
    public int Status { get; } = status;

    /// <summary>Also print the one-line usage and description, as docker does when operands are missing.</summary>
    public bool ShowUsage { get; init; }
}
