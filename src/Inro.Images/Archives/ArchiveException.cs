namespace Inro.Images.Archives;

/// <summary>An image archive cannot be loaded. The message says what is wrong with it; nothing of it remains in the store.</summary>
public sealed class ArchiveException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="remedy">What the user can do, where there is something.</param>
    /// <param name="cause">The failure behind it.</param>
    public ArchiveException(string problem, string? remedy = null, Exception? cause = null)
        : base(problem, cause) => Remedy = remedy;

    /// <summary>What the user can do; null where there is nothing but another archive.</summary>
    public string? Remedy { get; }
}
