using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Registries;
using Inro.Spec;

namespace Inro.Cli.Arguments;

/// <content>How an image that is not here is fetched.</content>
internal sealed partial class ContainerFlags
{
    private readonly RegistryFlags registry = new("", "the registry");
    private string? credentialsFile;
    private int? retries;
    private TimeSpan? retryPause;
    private string? architecture;
    private string? system;
    private string? variant;

    private void AddPull(FlagTable table)
    {
        table
            .Text("arch", '\0', "Architecture of the image in the place of this machine's", v => architecture = v)
            .Text("authfile", '\0', "File with the credentials for registries", v => credentialsFile = HostPath.Absolute(v), offers: Completion.File)
            .Text("os", '\0', "Operating system of the image in the place of linux", v => system = v)
            .Number("retry", '\0', "How often a failed request of a pull is made again", v => retries = (int)v, least: 0, most: 1000)
            .Text("retry-delay", '\0', "How long to wait before that (ms|s|m|h)", v => retryPause = Pause(v), value: "duration")
            .Text("variant", '\0', "Variant of the image's architecture", v => variant = v);
        registry.AddTo(table);
    }

    /// <summary>The registries, as these flags say.</summary>
    public RegistryAccess Access(string userAgent, ImageReference reference)
    {
        RegistryAccess access = registry.Apply(RegistryAccess.Configured(userAgent, credentialsFile: credentialsFile), reference, retries + 1);
        return retryPause is { } pause ? access.Pausing(pause) : access;
    }

    /// <exception cref="UsageException">The platform is said twice.</exception>
    private ContainerConfig WithPlatform(ContainerConfig made)
    {
        if (architecture is null && system is null && variant is null) { return made; }

        if (made.Platform is not null) { throw new UsageException("--platform option can not be specified with --arch, --os or --variant"); }

        string text = $"{system ?? "linux"}/{architecture ?? Spec.Platform.Host.Architecture}{(variant is null ? "" : "/" + variant)}";
        Platform = PlatformArgument.Parse(text);
        return made with { Platform = text };
    }

    private static TimeSpan Pause(string text) => GoDuration.Parse(text) is var pause && pause >= TimeSpan.Zero ? pause : throw new FormatException("a pause is not negative");
}
