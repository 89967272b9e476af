using Inro.Engine.Containers.Compose;
using Inro.Linux.Capabilities;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers;

/// <summary>Composes the OCI config.json of a container from what the user asked, what the image says and docker's defaults. Step 4 of a run.</summary>
/// <remarks>Writes nothing: <see cref="ComposedContainer.Files"/> says what must stand in the bundle, so <c>explain</c> can use it too.</remarks>
public static class RuntimeConfigComposer
{
    private const string OciVersion = "1.2.1";

    // Another runtime may be old, and refuse a number that it does not know instead of a property.
    private const string OldestOciVersion = "1.0.2";
    private const int ShortIdDigits = 12;
    private const string DefaultStopSignal = "SIGTERM";

    /// <summary>Composes one container.</summary>
    /// <exception cref="EngineException">InvalidArgument: the request contradicts itself or the image; PreconditionFailed: the host lacks something.</exception>
    public static ComposedContainer Compose(ComposeRequest request)
    {
        ContainerConfig config = request.Config;
        List<string> warnings = [];
        CapabilitySet capabilities = Capabilities(config, request.Host.Capabilities);
        SecurityChoices security = SecurityChoices.Read(config, request.Host, capabilities);
        ModeChoices modes = ModeChoices.Read(request);
        string hostname = Hostname(request, modes);
        ProcessConfig process = ProcessComposer.Compose(request, security, capabilities, hostname);
        IReadOnlyList<BundleFile> files = [.. NetworkFiles.Compose(request, hostname, modes.SharesHostNetwork), .. AccountFiles.Compose(request, process.User)];
        bool makesNodes = request.IsRootful && request.IdMappings is null;
        (IReadOnlyList<DeviceConfig> nodes, IReadOnlyList<DeviceRule> rules) = DeviceComposer.Compose(config, makesNodes);
        var runtime = new RuntimeConfig
        {
            OciVersion = config.Runtime is null ? OciVersion : OldestOciVersion,
            Process = config.Init == true ? process with { Args = [MountComposer.InitPath, "--", .. process.Args] } : process,
            Root = new RootConfig { Path = "rootfs", Readonly = config.ReadOnlyRootfs },
            Hostname = modes.SharesHostUts ? null : hostname,
            Domainname = modes.SharesHostUts || config.DomainName is not { Length: > 0 } ? null : config.DomainName,
            Mounts = MountComposer.Compose(request, security, modes, files),
            Annotations = Annotations(config, security),
            Linux = new LinuxConfig
            {
                Namespaces = modes.Namespaces,
                UidMappings = request.IdMappings?.Users ?? [],
                GidMappings = request.IdMappings?.Groups ?? [],
                Devices = nodes,
                CgroupsPath = request.CgroupsPath,
                Resources = ResourceComposer.Compose(config, request.Host, rules, warnings),
                RootfsPropagation = Propagation(request),
                Seccomp = config.Runtime is not null && security.UsesDefaultSeccomp ? SeccompDefaultProfile.Resolve(capabilities) : security.Seccomp,
                Sysctl = Sysctl(config, modes, request.IdMappings is not null || !request.IsRootful),
                MaskedPaths = security.ShowsSystemPaths ? [] : DefaultPaths.Masked,
                IntelRdt = config.ResourceClass is { } shares ? new IntelRdtConfig { ClosId = shares } : null,
                Personality = config.Personality is { } domain ? new PersonalityConfig(domain, []) : null,
                ReadonlyPaths = security.ShowsSystemPaths ? [] : DefaultPaths.ReadOnly,
            },
        };
        return new ComposedContainer(runtime, files, warnings)
        {
            StopSignal = config.StopSignal ?? request.Image?.StopSignal ?? DefaultStopSignal,
            Command = process.Args,
            Health = HealthComposer.Compose(config, request.Image, process),
        };
    }

    private static CapabilitySet Capabilities(ContainerConfig config, CapabilitySet available)
    {
        if (config.Privileged) { return available; }

        string list = "CapAdd";
        try
        {
            CapabilityChange.Apply(default, available, config.CapabilitiesAdded, []);
            list = "CapDrop";
            CapabilitySet wanted = CapabilityChange.Apply(CapabilitySet.DockerDefault, available, config.CapabilitiesAdded, config.CapabilitiesDropped);
            CapabilitySet named = CapabilityChange.Apply(default, default, config.CapabilitiesAdded, []).Except(available);
            return named.IsEmpty
                ? wanted.Intersect(available) // a default that the engine itself does not have is only advice
                : throw new EngineException(
                    ErrorCode.PreconditionFailed, $"{named} cannot be added: this process does not have it", "run the engine with the capability, or leave it out");
        }
        catch (UnknownCapabilityException e)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"invalid {list}: {e.Message}", "capabilities(7) lists the names", e);
        }
    }

    private static string Hostname(ComposeRequest request, ModeChoices modes)
    {
        string? asked = request.Config.Hostname;
        if (modes.SharesHostUts)
        {
            return asked is null
                ? request.Host.Hostname
                : throw new EngineException(ErrorCode.InvalidArgument, "conflicting options: hostname and the UTS mode", "leave one of the two out");
        }

        return asked is { Length: > 0 } ? asked : modes.SharesHostNetwork ? request.Host.Hostname : request.Id[..Math.Min(ShortIdDigits, request.Id.Length)];
    }

    // The runtime takes the default filter by its name: the profile has hundreds of names, and a start that finds the filter in the cache reads none.
    private static Dictionary<string, string> Annotations(ContainerConfig config, SecurityChoices security)
    {
        var annotations = new Dictionary<string, string>(config.Annotations, StringComparer.Ordinal);
        annotations.Remove(SeccompFilterCache.ProfileAnnotation);
        annotations.Remove(Secrets.SecretVariables.Annotation);
        if (security.UsesDefaultSeccomp && config.Runtime is null) { annotations[SeccompFilterCache.ProfileAnnotation] = SeccompFilterCache.DefaultProfile; }
        return annotations;
    }

    // A bind that shall receive or give mounts needs a root that lets them through.
    private static string? Propagation(ComposeRequest request)
    {
        bool shared = request.Mounts.Any(m => m.Propagation is "shared" or "rshared");
        bool slave = request.Mounts.Any(m => m.Propagation is "slave" or "rslave");
        return shared ? "shared" : slave ? "slave" : null;
    }

    // Docker's two: ordinary ports and pings need no privilege inside.
    private static Dictionary<string, string> Sysctl(ContainerConfig config, ModeChoices modes, bool hasUserNamespace)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (modes.Namespaces.Any(n => n is { Type: "network", Path: null }))
        {
            values["net.ipv4.ip_unprivileged_port_start"] = "0";
            if (!hasUserNamespace) { values["net.ipv4.ping_group_range"] = "0 2147483647"; }
        }

        foreach ((string name, string value) in config.Sysctls) { values[name] = value; }
        return values;
    }
}
