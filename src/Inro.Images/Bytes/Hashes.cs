using System.Security.Cryptography;

namespace Inro.Images.Bytes;

/// <summary>The hash of a digest's algorithm.</summary>
internal static class Hashes
{
    public static IncrementalHash Create(string algorithm) => IncrementalHash.CreateHash(algorithm switch
    {
        "sha256" => HashAlgorithmName.SHA256,
        "sha384" => HashAlgorithmName.SHA384,
        "sha512" => HashAlgorithmName.SHA512,
        _ => throw new FormatException($"no hash for the algorithm '{algorithm}'"),
    });
}
