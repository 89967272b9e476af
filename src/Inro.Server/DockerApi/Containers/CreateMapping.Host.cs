using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Devices;
using Inro.Spec.DockerApi;

namespace Inro.Server.DockerApi.Containers;

/// <content>Host, network and limits.</content>
internal static partial class CreateMapping
{
    private const string AllPermissions = "rwm";

    private static ContainerConfig WithHost(ContainerConfig config, HostConfigRequest host)
    {
        RestartPolicy restart = Restart(host.RestartPolicy);
        if (host.AutoRemove && restart.Name is not ("no" or "")) { throw new FormatException("can't create 'AutoRemove' container with restart policy"); }

        return config with
        {
            AutoRemove = host.AutoRemove,
            Restart = restart,
            LogDriver = Text(host.LogConfig?.Type) ?? LogDriver,
            LogOptions = Map(host.LogConfig?.Config),
            VolumeDriver = Text(host.VolumeDriver),
            VolumesFrom = host.VolumesFrom ?? [],
            ConsoleRows = host.ConsoleSize is [var rows, _] ? rows : 0,
            ConsoleColumns = host.ConsoleSize is [_, var columns] ? columns : 0,
            Annotations = Map(host.Annotations),
            CapabilitiesAdded = host.CapAdd ?? [],
            CapabilitiesDropped = host.CapDrop ?? [],
            CgroupNamespace = Text(host.CgroupnsMode),
            Groups = host.GroupAdd ?? [],
            IpcMode = Text(host.IpcMode),
            PidMode = Private(host.PidMode),
            UtsMode = Private(host.UtsMode),
            UserNamespace = Text(host.UsernsMode),
            Privileged = host.Privileged,
            ReadOnlyRootfs = host.ReadonlyRootfs,
            SecurityOptions = Security(host),
            StorageOptions = Map(host.StorageOpt),
            Sysctls = Map(host.Sysctls),
            Runtime = host.Runtime is null or "" or "inro-oci" ? null : host.Runtime,
            Isolation = host.Isolation is null or "" or "default" ? null : throw new FormatException($"isolation {host.Isolation} is not there: only default is on this host"),
            Init = host.Init,
            Devices = [.. (host.Devices ?? []).Select(Device)],
            DeviceDemands = [.. (host.DeviceRequests ?? []).Select(Demand)],
            DeviceCgroupRules = host.DeviceCgroupRules ?? [],
        };
    }

    /// <summary>Nobody asked for a network, or for docker's default one: the engine's own default. Everything else is kept as it was asked.</summary>
    private static ContainerConfig WithNetwork(ContainerConfig config, HostConfigRequest host, NetworkingRequest? networking)
    {
        string? mode = host.NetworkMode is null or "" or "default" or "bridge" ? null : host.NetworkMode;
        EndpointRequest? endpoint = null;
        foreach ((string network, EndpointRequest? asked) in networking?.EndpointsConfig ?? new Dictionary<string, EndpointRequest?>())
        {
            bool isMain = network == mode || (mode is null && network is "default" or "bridge");
            if (!isMain) { throw new Inro.Engine.EngineException(Inro.Engine.ErrorCode.NotImplemented, $"network {network} is not there: only none, host and container:NAME exist in this version", "use --network none or --network host"); }

            endpoint = asked;
        }

        return config with
        {
            NetworkMode = mode,
            Dns = host.Dns ?? [],
            DnsOptions = host.DnsOptions ?? [],
            DnsSearch = host.DnsSearch ?? [],
            ExtraHosts = host.ExtraHosts ?? [],
            PublishAllPorts = host.PublishAllPorts,
            PublishedPorts = [.. Published(host)],
            Links = host.Links ?? endpoint?.Links ?? [],
            NetworkAliases = endpoint?.Aliases ?? [],
            Address = Text(endpoint?.Addresses?.Address),
            Address6 = Text(endpoint?.Addresses?.Address6),
            LinkLocalAddresses = endpoint?.Addresses?.LinkLocal ?? [],
            MacAddress = Text(endpoint?.MacAddress) ?? config.MacAddress,
        };
    }

    private static ContainerConfig WithLimits(ContainerConfig config, HostConfigRequest host) => config with
    {
        MemoryBytes = Asked(host.Memory),
        MemoryReservationBytes = Asked(host.MemoryReservation),
        MemorySwapBytes = Asked(host.MemorySwap),
        MemorySwappiness = host.MemorySwappiness is >= 0 ? host.MemorySwappiness : null,
        NanoCpus = Asked(host.NanoCpus),
        CpuShares = Asked(host.CpuShares),
        CpuPeriodMicroseconds = Asked(host.CpuPeriod),
        CpuQuotaMicroseconds = Asked(host.CpuQuota),
        CpuRealtimePeriodMicroseconds = Asked(host.CpuRealtimePeriod),
        CpuRealtimeRuntimeMicroseconds = Asked(host.CpuRealtimeRuntime),
        CpusetCpus = Text(host.CpusetCpus),
        CpusetMems = Text(host.CpusetMems),
        PidsLimit = Asked(host.PidsLimit),
        BlkioWeight = host.BlkioWeight is 0 ? null : host.BlkioWeight,
        BlkioWeightDevices = [.. (host.BlkioWeightDevice ?? []).Select(static d => new DeviceRate(d.Path, d.Weight))],
        DeviceReadBytesPerSecond = Rates(host.BlkioDeviceReadBps),
        DeviceWriteBytesPerSecond = Rates(host.BlkioDeviceWriteBps),
        DeviceReadOperationsPerSecond = Rates(host.BlkioDeviceReadOperations),
        DeviceWriteOperationsPerSecond = Rates(host.BlkioDeviceWriteOperations),
        OomKillDisable = host.OomKillDisable is true ? true : null,
        OomScoreAdjust = host.OomScoreAdj is 0 ? null : host.OomScoreAdj,
        ResourceLimits = [.. (host.Ulimits ?? []).Select(static l => new ResourceLimit(l.Name, l.Soft, l.Hard))],
        ShmSizeBytes = Asked(host.ShmSize),
        CgroupParent = Text(host.CgroupParent),
    };

    private static long? Asked(long? value) => value is 0 ? null : value;

    private static string? Private(string? mode) => mode is null or "" or "private" ? null : mode;

    private static List<DeviceRate> Rates(IReadOnlyList<ThrottleDeviceView>? rates) => [.. (rates ?? []).Select(static r => new DeviceRate(r.Path, r.Rate))];

    private static RestartPolicy Restart(RestartPolicyRequest? policy)
    {
        if (policy?.Name is not { Length: > 0 } name) { return RestartPolicy.Never; }

        if (policy.MaximumRetryCount < 0) { throw new FormatException("invalid restart policy: maximum retry count cannot be negative"); }

        if (policy.MaximumRetryCount > 0 && name != "on-failure") { throw new FormatException("invalid restart policy: maximum retry count can only be used with 'on-failure'"); }

        return RestartPolicy.Parse(policy.MaximumRetryCount > 0 ? string.Create(CultureInfo.InvariantCulture, $"{name}:{policy.MaximumRetryCount}") : name);
    }

    /// <summary>Docker's client turns <c>systempaths=unconfined</c> into two empty lists.</summary>
    private static List<string> Security(HostConfigRequest host)
    {
        List<string> options = [.. host.SecurityOpt ?? []];
        if (host is { MaskedPaths.Count: > 0 } or { ReadonlyPaths.Count: > 0 })
        {
            throw new Inro.Engine.EngineException(Inro.Engine.ErrorCode.NotImplemented, "MaskedPaths and ReadonlyPaths of a container cannot be chosen one by one", "leave both out, or send both as empty lists, which shows all of /proc and /sys");
        }

        if (host is { MaskedPaths: not null } and { ReadonlyPaths: not null }) { options.Add("systempaths=unconfined"); }

        return options;
    }

    private static DeviceRequest Device(DeviceMappingRequest device)
    {
        string path = Text(device.PathOnHost) ?? throw new FormatException("a device without PathOnHost");
        return new DeviceRequest(path, Text(device.PathInContainer) ?? path, Text(device.CgroupPermissions) ?? AllPermissions);
    }

    private static DeviceDemand Demand(DeviceDemandRequest demand) => new()
    {
        Driver = demand.Driver ?? "",
        Count = demand.Count,
        Ids = demand.DeviceIds ?? [],
        Capabilities = demand.Capabilities is [var first, ..] ? first : [],
        Options = Map(demand.Options),
    };

    private static IEnumerable<string> Published(HostConfigRequest host)
    {
        foreach ((string port, IReadOnlyList<PortBindingRequest>? bindings) in host.PortBindings ?? new Dictionary<string, IReadOnlyList<PortBindingRequest>?>())
        {
            foreach (PortBindingRequest binding in bindings ?? [])
            {
                string address = Text(binding.HostAddress) is { } given ? (given.Contains(':', StringComparison.Ordinal) ? $"[{given}]" : given) + ":" : "";
                yield return address + (Text(binding.HostPort) is { } outside ? outside + ":" : address.Length > 0 ? ":" : "") + port;
            }
        }
    }
}
