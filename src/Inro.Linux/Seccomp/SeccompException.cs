namespace Inro.Linux.Seccomp;

/// <summary>A filter cannot be compiled.</summary>
public sealed class SeccompException(string problem) : IOException(problem)
{
    /// <summary>Whether libseccomp itself is missing on this host.</summary>
    public bool LibraryIsMissing { get; init; }
}
