namespace Inro.Runtime;

/// <summary>What a caller can decide on.</summary>
public enum RuntimeError
{
    /// <summary>The configuration asks for what cannot be, or contradicts itself.</summary>
    InvalidConfiguration,

    /// <summary>There is no such container.</summary>
    NotFound,

    /// <summary>The id is taken.</summary>
    AlreadyExists,

    /// <summary>The container is not in a state in which this can be done.</summary>
    WrongState,

    /// <summary>The program does not exist in the container, or its interpreter does not: exit status 127.</summary>
    ProgramNotFound,

    /// <summary>The program exists and cannot be executed: exit status 126.</summary>
    ProgramNotExecutable,

    /// <summary>A hook failed.</summary>
    HookFailed,

    /// <summary>The kernel or the machine refused.</summary>
    Failed,
}

/// <summary>The runtime cannot do what was asked.</summary>
/// <param name="error">What a caller can decide on.</param>
/// <param name="problem">What failed, on which thing, why; without a final stop.</param>
/// <param name="remedy">What a person can do about it, or null.</param>
/// <param name="cause">The failure below, if there was one.</param>
public sealed class RuntimeException(RuntimeError error, string problem, string? remedy = null, Exception? cause = null)
    : IOException(problem, cause)
{
    /// <summary>What a caller can decide on.</summary>
    public RuntimeError Error { get; } = error;

    /// <summary>What a person can do about it, or null.</summary>
    public string? Remedy { get; } = remedy;

    internal static RuntimeException Invalid(string field, string problem, string? remedy = null) =>
        new(RuntimeError.InvalidConfiguration, $"{field}: {problem}", remedy);
}
