namespace Inro.Images.Transfers;

/// <summary>An image cannot be taken in. The message says what is wrong with it; nothing of it is in the store.</summary>
public sealed class ImageException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="remedy">What the user can do, where there is something.</param>
    /// <param name="cause">The failure behind it.</param>
    public ImageException(string problem, string? remedy = null, Exception? cause = null)
        : base(problem, cause) => Remedy = remedy;

    /// <summary>What the user can do; null where there is nothing but another image.</summary>
    public string? Remedy { get; }
}
