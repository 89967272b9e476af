namespace Inro.Images.Registry;

/// <summary>Why a registry did not give or take what was asked.</summary>
public enum RegistryFailure
{
    /// <summary>It has no such repository, tag, manifest or blob.</summary>
    NotFound,

    /// <summary>It wants to know who asks, or does not know the one who says who he is.</summary>
    Unauthorized,

    /// <summary>Who asks is not allowed to.</summary>
    Denied,

    /// <summary>Too much was asked of it in too short a time.</summary>
    RateLimited,

    /// <summary>Nobody answers at its address, or the connection broke again and again.</summary>
    Unreachable,

    /// <summary>Its certificate is not trusted, or it does not speak TLS.</summary>
    Tls,

    /// <summary>It answered with an error of its own.</summary>
    Server,

    /// <summary>It answered something that the distribution specification does not allow.</summary>
    BadAnswer,

    /// <summary>It gave other bytes than those that were asked for.</summary>
    Changed,

    /// <summary>It says that the bytes that it was given are not those of their digest.</summary>
    Mismatch,

    /// <summary>The configuration of this machine forbids to ask it.</summary>
    Blocked,
}

/// <summary>A registry could not be asked, or did not give or take what was asked.</summary>
public sealed class RegistryException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="failure">What kind it is.</param>
    /// <param name="problem">What failed, on which thing, and why.</param>
    /// <param name="remedy">What the user can do, where there is something.</param>
    /// <param name="cause">The failure behind it.</param>
    public RegistryException(RegistryFailure failure, string problem, string? remedy = null, Exception? cause = null)
        : base(problem, cause)
    {
        Failure = failure;
        Remedy = remedy;
    }

    /// <summary>What kind it is.</summary>
    public RegistryFailure Failure { get; }

    /// <summary>What the user can do, or null.</summary>
    public string? Remedy { get; }

    /// <summary>How long the registry wants to be left alone; zero where it does not say.</summary>
    public TimeSpan RetryAfter { get; internal set; }

    /// <summary>True where nobody was there at all: waiting a moment brings nobody.</summary>
    internal bool IsFinal { get; init; }

    /// <summary>True where the same request may well succeed a moment later.</summary>
    public bool IsPassing => !IsFinal && Failure is RegistryFailure.Unreachable or RegistryFailure.Server or RegistryFailure.RateLimited or RegistryFailure.Changed;
}
