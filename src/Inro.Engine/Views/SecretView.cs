using Inro.Engine.Secrets;
using Inro.Spec;
using Inro.Spec.DockerApi;

namespace Inro.Engine.Views;

/// <summary>One secret in Docker's shape.</summary>
public static class SecretView
{
    /// <summary>Maps a secret.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="data">What is secret of it, where it is to be shown.</param>
    public static SecretInspect Inspect(SecretRecord secret, string? data) => new()
    {
        Id = secret.Id,
        CreatedAt = Rfc3339.FormatShort(secret.CreatedNanoseconds),
        UpdatedAt = Rfc3339.FormatShort(secret.UpdatedNanoseconds),
        Spec = new SecretSpecView
        {
            Name = secret.Name,
            Driver = new SecretDriverView { Name = secret.Driver, Options = Sorted(secret.Options) },
            Labels = Sorted(secret.Labels),
        },
        SecretData = data,
    };

    private static SortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string> map)
    {
        SortedDictionary<string, string> sorted = new(StringComparer.Ordinal);
        foreach ((string name, string value) in map) { sorted[name] = value; }

        return sorted;
    }
}
