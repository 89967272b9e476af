namespace Inro.Engine.Shim;

/// <summary>A shim refused or failed; <see cref="Exception.Message"/> is the problem.</summary>
public sealed class ShimException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ShimException(int exitStatus, string problem, string? remedy = null, Exception? inner = null)
        : base(problem, inner)
    {
        ExitStatus = exitStatus;
        Remedy = remedy;
    }

    /// <summary>The shim is there and says nothing.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Exit status for a command line: 125 (ours), 126 (cannot be executed), 127 (not found).</summary>
    public int ExitStatus { get; }

    /// <summary>What a person can do about it; null: nothing known.</summary>
    public string? Remedy { get; }
}
