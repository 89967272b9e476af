using Inro.Linux.Files;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>Limits in the runtime specification's terms.</summary>
internal static class ResourceComposer
{
    private const long CpuPeriodMicroseconds = 100_000;
    private const long NanosecondsPerMicrosecond = 1_000;
    private const long MinMemoryBytes = 6L << 20;

    public static LinuxResources Compose(ContainerConfig config, HostFacts host, IReadOnlyList<DeviceRule> devices, List<string> warnings) => new()
    {
        Devices = devices,
        Memory = Memory(config, host, warnings),
        Cpu = Cpu(config),
        Pids = config.PidsLimit is { } pids and > 0 ? new PidsResources(pids) : null,
        BlockIo = BlockIo(config),
        Unified = Unified(config, host),
    };

    private static IReadOnlyDictionary<string, string> Unified(ContainerConfig config, HostFacts host) =>
        config.CgroupFiles.Count == 0 || host.IsPureCgroupV2 ? config.CgroupFiles : throw new EngineException(
            ErrorCode.PreconditionFailed,
            "--cgroup-conf writes files of cgroup v2, and this host has v1 controllers mounted",
            "use docker's flags for limits (-m, --cpus, …), or inro cgroup set on the running container");

    private static MemoryResources? Memory(ContainerConfig config, HostFacts host, List<string> warnings)
    {
        long limit = config.MemoryBytes ?? 0;
        if (limit is > 0 and < MinMemoryBytes)
        {
            throw new EngineException(ErrorCode.InvalidArgument, "Minimum memory limit allowed is 6MB", "give -m at least 6m");
        }

        if (limit == 0 && config.MemorySwapBytes is > 0)
        {
            throw new EngineException(ErrorCode.InvalidArgument, "You should always set the Memory limit when using Memoryswap limit, see usage", "give -m too");
        }

        if (limit > 0 && config.MemorySwapBytes is > 0 && config.MemorySwapBytes < limit)
        {
            throw new EngineException(ErrorCode.InvalidArgument, "Minimum memoryswap limit should be larger than memory limit, see usage", "--memory-swap counts memory and swap together");
        }

        if (limit == 0 && config.MemoryReservationBytes is null && config.MemorySwappiness is null && config.OomKillDisable is not true) { return null; }

        return new MemoryResources
        {
            Limit = limit > 0 ? limit : null,
            Reservation = config.MemoryReservationBytes,
            Swap = Swap(config, host, limit, warnings),
            Swappiness = config.MemorySwappiness is { } swappiness and >= 0 ? (ulong)swappiness : null,
            DisableOomKiller = config.OomKillDisable is true ? true : null,
        };
    }

    // Docker's default: as much swap as memory.
    private static long? Swap(ContainerConfig config, HostFacts host, long limit, List<string> warnings)
    {
        if (limit == 0) { return null; }
        if (host.HasSwapLimit) { return config.MemorySwapBytes is { } asked and not 0 ? asked : 2 * limit; }

        if (config.MemorySwapBytes is not (null or 0 or -1)) { warnings.Add("Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap."); }
        return null;
    }

    private static CpuResources? Cpu(ContainerConfig config)
    {
        bool any = config.NanoCpus is > 0 || config.CpuShares is > 0 || config.CpuPeriodMicroseconds is > 0 || config.CpuQuotaMicroseconds is not (null or 0)
            || config.CpuRealtimePeriodMicroseconds is > 0 || config.CpuRealtimeRuntimeMicroseconds is > 0
            || config.CpusetCpus is { Length: > 0 } || config.CpusetMems is { Length: > 0 };
        if (!any) { return null; }
        if (config.NanoCpus is > 0 && (config.CpuPeriodMicroseconds is > 0 || config.CpuQuotaMicroseconds is > 0))
        {
            throw new EngineException(ErrorCode.InvalidArgument, "conflicting options: Nano CPUs and CPU Quota cannot both be set", "give --cpus, or --cpu-quota and --cpu-period");
        }

        bool nano = config.NanoCpus is > 0;
        return new CpuResources
        {
            Shares = config.CpuShares is { } shares and > 0 ? (ulong)shares : null,
            Period = nano ? (ulong)CpuPeriodMicroseconds : config.CpuPeriodMicroseconds is { } period and > 0 ? (ulong)period : null,
            Quota = nano ? config.NanoCpus!.Value / (1_000_000 * NanosecondsPerMicrosecond / CpuPeriodMicroseconds) : config.CpuQuotaMicroseconds is { } quota and not 0 ? quota : null,
            RealtimePeriod = config.CpuRealtimePeriodMicroseconds is { } rtPeriod and > 0 ? (ulong)rtPeriod : null,
            RealtimeRuntime = config.CpuRealtimeRuntimeMicroseconds is { } rtRuntime and > 0 ? rtRuntime : null,
            Cpus = config.CpusetCpus is { Length: > 0 } ? config.CpusetCpus : null,
            Mems = config.CpusetMems is { Length: > 0 } ? config.CpusetMems : null,
        };
    }

    private static BlockIoResources? BlockIo(ContainerConfig config)
    {
        var io = new BlockIoResources
        {
            Weight = config.BlkioWeight is { } weight and > 0 ? (ushort)weight : null,
            WeightDevice = [.. config.BlkioWeightDevices.Select(Weight)],
            ThrottleReadBpsDevice = [.. config.DeviceReadBytesPerSecond.Select(Rate)],
            ThrottleWriteBpsDevice = [.. config.DeviceWriteBytesPerSecond.Select(Rate)],
            ThrottleReadIopsDevice = [.. config.DeviceReadOperationsPerSecond.Select(Rate)],
            ThrottleWriteIopsDevice = [.. config.DeviceWriteOperationsPerSecond.Select(Rate)],
        };
        bool any = io.Weight is not null || io.WeightDevice.Count + io.ThrottleReadBpsDevice.Count + io.ThrottleWriteBpsDevice.Count
            + io.ThrottleReadIopsDevice.Count + io.ThrottleWriteIopsDevice.Count > 0;
        return any ? io : null;
    }

    private static BlockIoWeight Weight(DeviceRate rate)
    {
        FileStatus device = DeviceComposer.Status(rate.Path);
        return new(device.Node.Major, device.Node.Minor, (ushort)rate.Value, null);
    }

    private static BlockIoThrottle Rate(DeviceRate rate)
    {
        FileStatus device = DeviceComposer.Status(rate.Path);
        return new(device.Node.Major, device.Node.Minor, (ulong)rate.Value);
    }
}
