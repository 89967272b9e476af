namespace Inro.Engine;

/// <summary>The engine could not do what was asked.</summary>
/// <remarks>
/// <see cref="Exception.Message"/> is the problem: lower case unless docker's wording begins otherwise, without a final stop.
/// It is printed as <c>inro: problem</c>, then <c>try: remedy</c>.
/// </remarks>
public sealed class EngineException(ErrorCode code, string problem, string? remedy = null, Exception? cause = null)
    : Exception(problem, cause)
{
    /// <summary>What a caller decides on; <see cref="ExitStatuses"/> maps it to exit status and HTTP.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>What failed, on which thing, why.</summary>
    public string Problem => Message;

    /// <summary>What the person may do about it, where something helps.</summary>
    public string? Remedy { get; } = remedy;

    /// <summary>126 or 127 where the container's command is at fault, 125 where its start was refused or its end was not seen; null for everything else.</summary>
    public int? CommandStatus { get; init; }
}
