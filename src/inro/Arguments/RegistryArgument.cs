using Inro.Spec;

namespace Inro.Cli.Arguments;

/// <summary>A registry as it is typed: a host, or the address that older programs wanted.</summary>
internal static class RegistryArgument
{
    /// <summary>The host as it stands in references.</summary>
    public static string Host(string typed)
    {
        int scheme = typed.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? typed : typed[(scheme + 3)..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? rest : rest[..slash];
        return host is "index.docker.io" or "registry-1.docker.io" ? "docker.io"
            : ImageReference.TryParse(host + "/x", out _, out string? why) ? host
            : throw new UsageException($"\"{typed}\" is no registry: {why}");
    }
}
