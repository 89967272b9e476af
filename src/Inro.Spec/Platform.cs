using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Inro.Spec;

/// <summary>What a manifest runs on.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-index.md "platform"; names are Go's.</remarks>
public sealed record Platform
{
    /// <summary>Go's name of the architecture: amd64, arm64, arm, 386.</summary>
    public required string Architecture { get; init; }

    /// <summary>Go's name of the operating system: linux.</summary>
    [JsonPropertyName("os")]
    public required string OperatingSystem { get; init; }

    /// <summary>Level of the architecture: v7 of arm, v2 of amd64. Null means the lowest, except v8 for arm64 and v7 for arm.</summary>
    public string? Variant { get; init; }

    /// <summary>Version of the operating system; not used for Linux.</summary>
    [JsonPropertyName("os.version")]
    public string? OperatingSystemVersion { get; init; }

    /// <summary>Features of the operating system; not used for Linux.</summary>
    [JsonPropertyName("os.features")]
    public IReadOnlyList<string>? OperatingSystemFeatures { get; init; }

    /// <summary>The platform that this process runs on.</summary>
    public static Platform Host { get; } = new()
    {
        OperatingSystem = "linux",
        Architecture = RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            System.Runtime.InteropServices.Architecture.X86 => "386",
            System.Runtime.InteropServices.Architecture.Arm => "arm",
            System.Runtime.InteropServices.Architecture.Armv6 => "arm",
            var other => other.ToString().ToLowerInvariant(),
        },
    };

    /// <summary>Reads <c>os/arch[/variant]</c> or one word of it, with the common other names understood.</summary>
    /// <exception cref="FormatException">It is not a platform.</exception>
    public static Platform Parse(string text)
    {
        string[] parts = text.Split('/');
        bool plain = parts.Length <= 3 && Array.TrueForAll(parts, p => p.Length > 0 && p.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'));
        if (!plain) { throw new FormatException($"'{text}' is not a platform (os/architecture[/variant])"); }

        Platform parsed = parts switch
        {
            [var os] when os is "linux" or "windows" or "darwin" or "freebsd" => new Platform { OperatingSystem = os, Architecture = Host.Architecture },
            [var architecture] => new Platform { OperatingSystem = "linux", Architecture = architecture },
            [var os, var architecture] => new Platform { OperatingSystem = os, Architecture = architecture },
            [var os, var architecture, var variant, ..] => new Platform { OperatingSystem = os, Architecture = architecture, Variant = variant },
            [] => throw new FormatException("a platform is empty"),
        };
        return parsed.Normalize();
    }

    /// <summary>The same platform with Go's names, and no variant where it is the default one.</summary>
    public Platform Normalize()
    {
        (string architecture, string? variant) = (Architecture.ToLowerInvariant(), Variant?.ToLowerInvariant()) switch
        {
            ("x86_64" or "x86-64" or "amd64", "v1" or "" or null) => ("amd64", null),
            ("x86_64" or "x86-64", var v) => ("amd64", v),
            ("aarch64" or "arm64", "v8" or "8" or "" or null) => ("arm64", null),
            ("aarch64", var v) => ("arm64", v),
            ("i386" or "i486" or "i586" or "i686" or "386", _) => ("386", null),
            ("armhf", _) => ("arm", "v7"),
            ("armel", _) => ("arm", "v6"),
            ("arm", "" or null or "7") => ("arm", "v7"),
            ("arm", "5" or "6" or "8") => ("arm", "v" + Variant),
            var (a, v) => (a, string.IsNullOrEmpty(v) ? null : v),
        };
        return this with { OperatingSystem = OperatingSystem.ToLowerInvariant(), Architecture = architecture, Variant = variant };
    }

    /// <summary>How well an offer serves this platform: 0 is exact, larger is worse, null means that it does not run here.</summary>
    public int? Distance(Platform offered)
    {
        Platform want = Normalize();
        Platform have = offered.Normalize();
        if (want.OperatingSystem != have.OperatingSystem || want.Architecture != have.Architecture) { return null; }

        // a level runs what was built for it and for the ones below
        int distance = Level(want) - Level(have);
        return distance >= 0 ? distance : null;
    }

    /// <summary><c>os/arch[/variant]</c>.</summary>
    public override string ToString() => OperatingSystem + "/" + Architecture + (Variant is null ? "" : "/" + Variant);

    private static int Level(Platform platform) => platform switch
    {
        { Variant: null, Architecture: "arm64" } => 80,
        { Variant: null } => 10,
        { Variant: ['v', .. var number] } => ParseLevel(number),
        _ => int.MaxValue,
    };

    // "v8.1" is 81 and "v8" is 80
    private static int ParseLevel(string number)
    {
        int dot = number.IndexOf('.', StringComparison.Ordinal);
        string major = dot < 0 ? number : number[..dot];
        string minor = dot < 0 ? "0" : number[(dot + 1)..];
        return int.TryParse(major, out int a) && int.TryParse(minor, out int b) && a is >= 0 and < 1000 && b is >= 0 and < 10 ? (a * 10) + b : int.MaxValue;
    }
}
