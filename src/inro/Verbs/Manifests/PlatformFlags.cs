using Inro.Cli.Arguments;
using Inro.Spec;

namespace Inro.Cli.Verbs.Manifests;

/// <summary>Flags that change what a list says a manifest runs on.</summary>
internal sealed class PlatformFlags
{
    private readonly List<string> features = [];
    private string? architecture;
    private string? system;
    private string? version;
    private string? variant;

    /// <summary>Whether one was given.</summary>
    public bool IsSet => architecture is not null || system is not null || version is not null || variant is not null || features.Count > 0;

    public void AddTo(FlagTable table) => table
        .Text("arch", '\0', "Set architecture", v => architecture = v)
        .Text("os", '\0', "Set operating system", v => system = v)
        .List("os-features", '\0', "Set operating system feature", v => features.AddRange(v.Split(',')), value: "strings")
        .Text("os-version", '\0', "Set operating system version", v => version = v)
        .Text("variant", '\0', "Set architecture variant", v => variant = v);

    /// <summary>The platform with what was given in its place.</summary>
    public Platform Apply(Platform before) => before with
    {
        Architecture = architecture ?? before.Architecture,
        OperatingSystem = system ?? before.OperatingSystem,
        OperatingSystemVersion = version ?? before.OperatingSystemVersion,
        OperatingSystemFeatures = features.Count > 0 ? features : before.OperatingSystemFeatures,
        Variant = variant ?? before.Variant,
    };
}
