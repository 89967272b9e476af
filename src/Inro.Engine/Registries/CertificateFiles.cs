using System.Security.Cryptography;
using Inro.Images.Registry;

namespace Inro.Engine.Registries;

/// <summary>Certificates of registries, as docker and containers keep them.</summary>
/// <remarks>A directory for each host: <c>NAME.crt</c> is an authority, <c>NAME.cert</c> with <c>NAME.key</c> shows who asks. Source: containers-certs.d(5).</remarks>
internal static class CertificateFiles
{
    /// <summary>Reads what there is for a host.</summary>
    /// <param name="directories">Each holds a directory for each host.</param>
    /// <param name="host">As it stands in references.</param>
    /// <exception cref="EngineException">InvalidArgument: a file cannot be read.</exception>
    public static RegistryTrust Read(IReadOnlyList<string> directories, string host)
    {
        var trust = new RegistryTrust();
        foreach (string directory in directories.Select(d => $"{d}/{host}").Where(Directory.Exists)) { ReadAll(directory, trust); }

        return trust;
    }

    /// <summary>Reads a directory that was named for one command.</summary>
    /// <exception cref="EngineException">InvalidArgument: it is not there, or a file of it cannot be read.</exception>
    public static RegistryTrust ReadNamed(string directory)
    {
        if (!Directory.Exists(directory)) { throw new EngineException(ErrorCode.InvalidArgument, $"there is no directory {directory}", "name one that holds ca.crt, or NAME.cert and NAME.key"); }

        var trust = new RegistryTrust();
        ReadAll(directory, trust);
        return trust;
    }

    private static void ReadAll(string directory, RegistryTrust trust)
    {
        foreach (string file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal)) { Read(file, trust); }
    }

    private static void Read(string file, RegistryTrust trust)
    {
        try
        {
            switch (Path.GetExtension(file))
            {
                case ".crt":
                    trust.Authorities.ImportFromPemFile(file);
                    break;
                case ".cert":
                    string key = Path.ChangeExtension(file, ".key");
                    if (!File.Exists(key)) { throw new EngineException(ErrorCode.InvalidArgument, $"the certificate {file} has no key {key} beside it", "put it there, or name an authority's certificate .crt"); }

                    trust.Own.Add(System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(file, key));
                    break;
                default:
                    break;
            }
        }
        catch (CryptographicException unreadable)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"{file} cannot be read: {unreadable.Message}", "it must be in PEM form", unreadable);
        }
        catch (UnauthorizedAccessException unreadable)
        {
            throw new EngineException(ErrorCode.PermissionDenied, $"{file} cannot be read: {unreadable.Message}", "make it readable", unreadable);
        }
    }
}
