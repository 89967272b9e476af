using System.Text.Json.Serialization;

namespace Inro.Spec;

/// <summary>Algorithm and hash of exact bytes, <c>sha256:</c> and 64 lower-case hex digits.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, descriptor.md "Digests". Registered algorithms only: sha256, sha384 and sha512.</remarks>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest : IComparable<Digest>
{
    private readonly string? text;

    private Digest(string text) => this.text = text;

    /// <summary>True for the default value, which names nothing.</summary>
    public bool IsEmpty => text is null;

    /// <summary>The algorithm's registered name: <c>sha256</c>, <c>sha384</c> or <c>sha512</c>.</summary>
    public string Algorithm => Text[..Text.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The hash in lower-case hex.</summary>
    public string Hex => Text[(Text.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The first twelve hex digits, as lists show them.</summary>
    public string ShortHex => Hex[..12];

    private string Text => text ?? throw new InvalidOperationException("an empty digest names nothing");

    /// <summary>Reads a digest; nothing but the canonical spelling is accepted.</summary>
    /// <exception cref="FormatException">The text is not a digest that this program knows.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out Digest digest) ? digest : throw new FormatException($"'{Shown(text)}' is not a digest (sha256, sha384 or sha512, and lower-case hex)");

    /// <summary>Reads a digest without throwing.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        if (text is null) { return false; }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || text.Length - colon - 1 != HexLength(text.AsSpan(0, colon))) { return false; }

        if (!IsLowerHex(text.AsSpan(colon + 1))) { return false; }

        digest = new Digest(text);
        return true;
    }

    /// <summary>Makes a digest of the raw bytes of a hash.</summary>
    public static Digest FromHash(string algorithm, ReadOnlySpan<byte> hash) => Parse(algorithm + ":" + Convert.ToHexStringLower(hash));

    /// <summary>The digest of bytes.</summary>
    /// <exception cref="FormatException">No hash of that name is known.</exception>
    public static Digest Of(string algorithm, ReadOnlySpan<byte> bytes) => algorithm switch
    {
        "sha256" => Sha256(bytes),
        "sha384" => FromHash(algorithm, System.Security.Cryptography.SHA384.HashData(bytes)),
        "sha512" => FromHash(algorithm, System.Security.Cryptography.SHA512.HashData(bytes)),
        _ => throw new FormatException($"no hash for the algorithm '{algorithm}'"),
    };

    /// <summary>The SHA-256 digest of some bytes.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> bytes) =>
        new("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));

    /// <inheritdoc/>
    public int CompareTo(Digest other) => string.CompareOrdinal(text, other.text);

    /// <summary>The canonical spelling; empty for the default value.</summary>
    public override string ToString() => text ?? "";

#pragma warning disable CS1591 // order of the canonical spelling
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591

    /// <summary>True where every character is a digit or a to f.</summary>
    internal static bool IsLowerHex(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigitLower(c)) { return false; }
        }

        return true;
    }

    private static int HexLength(ReadOnlySpan<char> algorithm) => algorithm switch
    {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => -1,
    };

    private static string Shown(string? text) => text is { Length: > 100 } ? string.Concat(text.AsSpan(0, 100), "...") : text ?? "";
}
