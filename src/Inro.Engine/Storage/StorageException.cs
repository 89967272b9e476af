namespace Inro.Engine.Storage;

/// <summary>A snapshot cannot be mounted; <see cref="Exception.Message"/> is the problem.</summary>
internal sealed class StorageException(string problem, string? remedy = null, Exception? inner = null) : Exception(problem, inner)
{
    /// <summary>What a person can do about it; null: nothing known.</summary>
    public string? Remedy { get; } = remedy;
}
