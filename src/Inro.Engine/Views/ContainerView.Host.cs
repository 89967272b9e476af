using Inro.Engine.Containers;
using Inro.Engine.Containers.Compose;
using Inro.Engine.Devices;
using Inro.Engine.Volumes;
using Inro.Spec.DockerApi;

namespace Inro.Engine.Views;

/// <content>HostConfig: null where Docker's own client sends nothing, empty where it sends an empty list.</content>
public static partial class ContainerView
{
    private const long DefaultShmBytes = 64 << 20;

    private static HostConfigView Host(ContainerRecord record)
    {
        ContainerConfig c = record.Config;
        bool showsPaths = c.Privileged || c.SecurityOptions.Contains("systempaths=unconfined", StringComparer.Ordinal);
        return new HostConfigView
        {
            Binds = OrNull([.. c.Mounts.Where(m => m.ShortForm && m.Source.Length > 0).Select(Bind)]),
            LogConfig = new LogConfigView(LogChoice.DriverOf(c), Sorted(c.LogOptions)),
            NetworkMode = NetworkChoice.Of(c),
            PortBindings = new Dictionary<string, IReadOnlyList<PortBindingView>>(StringComparer.Ordinal),
            RestartPolicy = new RestartPolicyView(c.Restart.Name, c.Restart.MaximumRetries),
            AutoRemove = c.AutoRemove,
            VolumeDriver = c.VolumeDriver ?? "",
            VolumesFrom = OrNull(c.VolumesFrom),
            ConsoleSize = [c.ConsoleRows, c.ConsoleColumns],
            Annotations = c.Annotations.Count > 0 ? Sorted(c.Annotations) : null,
            CapAdd = OrNull([.. c.CapabilitiesAdded.Select(Capability)]),
            CapDrop = OrNull([.. c.CapabilitiesDropped.Select(Capability)]),
            CgroupnsMode = c.CgroupNamespace ?? "host",
            Dns = c.Dns,
            DnsOptions = c.DnsOptions,
            DnsSearch = c.DnsSearch,
            ExtraHosts = OrNull(c.ExtraHosts),
            GroupAdd = OrNull(c.Groups),
            IpcMode = c.IpcMode ?? "private",
            OomScoreAdj = c.OomScoreAdjust ?? 0,
            PidMode = c.PidMode ?? "",
            Privileged = c.Privileged,
            PublishAllPorts = c.PublishAllPorts,
            ReadonlyRootfs = c.ReadOnlyRootfs,
            SecurityOpt = OrNull(c.SecurityOptions),
            StorageOpt = c.StorageOptions.Count > 0 ? Sorted(c.StorageOptions) : null,
            Tmpfs = Tmpfs(c),
            UtsMode = c.UtsMode ?? "",
            UsernsMode = c.UserNamespace ?? "",
            ShmSize = c.ShmSizeBytes ?? DefaultShmBytes,
            Sysctls = c.Sysctls.Count > 0 ? Sorted(c.Sysctls) : null,
            Runtime = c.Runtime ?? "inro-oci",
            Isolation = c.Isolation ?? "",
            CpuShares = c.CpuShares ?? 0,
            Memory = c.MemoryBytes ?? 0,
            NanoCpus = c.NanoCpus ?? 0,
            CgroupParent = c.CgroupParent ?? "",
            BlkioWeight = c.BlkioWeight ?? 0,
            BlkioWeightDevice = [.. c.BlkioWeightDevices.Select(d => new WeightDeviceView(d.Path, d.Value))],
            BlkioDeviceReadBps = Rates(c.DeviceReadBytesPerSecond),
            BlkioDeviceWriteBps = Rates(c.DeviceWriteBytesPerSecond),
            BlkioDeviceReadOperations = Rates(c.DeviceReadOperationsPerSecond),
            BlkioDeviceWriteOperations = Rates(c.DeviceWriteOperationsPerSecond),
            CpuPeriod = c.CpuPeriodMicroseconds ?? 0,
            CpuQuota = c.CpuQuotaMicroseconds ?? 0,
            CpuRealtimePeriod = c.CpuRealtimePeriodMicroseconds ?? 0,
            CpuRealtimeRuntime = c.CpuRealtimeRuntimeMicroseconds ?? 0,
            CpusetCpus = c.CpusetCpus ?? "",
            CpusetMems = c.CpusetMems ?? "",
            Devices = [.. c.Devices.Select(d => new DeviceMappingView(d.HostPath, d.ContainerPath, d.Permissions))],
            DeviceCgroupRules = OrNull(c.DeviceCgroupRules),
            DeviceRequests = OrNull([.. c.DeviceDemands.Select(Demand)]),
            MemoryReservation = c.MemoryReservationBytes ?? 0,
            MemorySwap = MemorySwap(c),
            MemorySwappiness = c.MemorySwappiness,
            OomKillDisable = c.OomKillDisable,
            PidsLimit = c.PidsLimit is > 0 ? c.PidsLimit : null,
            Ulimits = [.. c.ResourceLimits.Select(l => new UlimitView(l.Name, l.Hard, l.Soft))],
            Mounts = OrNull([.. c.Mounts.Where(m => !m.ShortForm && m.Kind != MountKind.Tmpfs).Select(Asked)]),
            MaskedPaths = showsPaths ? null : DefaultPaths.Masked,
            ReadonlyPaths = showsPaths ? null : DefaultPaths.ReadOnly,
            Init = c.Init,
        };
    }

    /// <summary>Docker gives as much swap as memory unless told otherwise.</summary>
    private static long MemorySwap(ContainerConfig c) => c.MemorySwapBytes ?? (c.MemoryBytes is > 0 and var memory ? memory * 2 : 0);

    private static string Bind(MountRequest mount) => mount.Source + ":" + mount.Target + (mount.Mode.Length > 0 ? ":" + mount.Mode : "");

    private static string Capability(string name)
    {
        string upper = name.ToUpperInvariant();
        return upper == "ALL" || upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper : "CAP_" + upper;
    }

    private static SortedDictionary<string, string>? Tmpfs(ContainerConfig c)
    {
        SortedDictionary<string, string> all = new(StringComparer.Ordinal);
        foreach (MountRequest mount in c.Mounts)
        {
            if (mount.Kind == MountKind.Tmpfs) { all[mount.Target] = string.Join(',', mount.Options); }
        }

        return all.Count > 0 ? all : null;
    }

    private static DeviceRequestView Demand(DeviceDemand demand) => new()
    {
        Driver = demand.Driver,
        Count = demand.Count,
        DeviceIds = OrNull(demand.Ids),
        Capabilities = demand.Capabilities.Count > 0 ? [demand.Capabilities] : null,
        Options = demand.Driver == DeviceDemand.Cdi ? null : Sorted(demand.Options),
    };

    private static MountView Asked(MountRequest mount) => new()
    {
        Type = MountCheck.NameOf(mount.Kind),
        Source = mount.Source.Length > 0 ? mount.Source : null,
        Target = mount.Target,
        ReadOnly = mount.ReadOnly,
    };

    private static List<ThrottleDeviceView> Rates(IReadOnlyList<DeviceRate> rates) => [.. rates.Select(r => new ThrottleDeviceView(r.Path, r.Value))];

    private static SortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string> map)
    {
        SortedDictionary<string, string> sorted = new(StringComparer.Ordinal);
        foreach ((string name, string value) in map) { sorted[name] = value; }

        return sorted;
    }

    private static IReadOnlyList<T>? OrNull<T>(IReadOnlyList<T> list) => list.Count > 0 ? list : null;
}
