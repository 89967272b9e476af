using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Arguments;

/// <content>Limits.</content>
internal sealed partial class ContainerFlags
{
    private const int LeastWeight = 10;
    private const int MostWeight = 1000;

    private readonly Dictionary<string, string> cgroupFiles = new(StringComparer.Ordinal);
    private readonly List<DeviceRate> weights = [];
    private readonly List<DeviceRate> readBytes = [];
    private readonly List<DeviceRate> readOperations = [];
    private readonly List<DeviceRate> writeBytes = [];
    private readonly List<DeviceRate> writeOperations = [];

    private void AddResources(FlagTable table)
    {
        table
            .Number("blkio-weight", '\0', "Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)", v => config = config with { BlkioWeight = v is 0 or >= LeastWeight ? (int)v : throw new FormatException("Range of blkio weight is from 10 to 1000") }, least: 0, most: MostWeight)
            .List("blkio-weight-device", '\0', "Block IO weight (relative device weight)", v => weights.Add(DeviceWeight(v)))
            .Number("cpu-rt-period", '\0', "Limit CPU real-time period in microseconds", v => config = config with { CpuRealtimePeriodMicroseconds = v }, least: 0)
            .Number("cpu-rt-runtime", '\0', "Limit CPU real-time runtime in microseconds", v => config = config with { CpuRealtimeRuntimeMicroseconds = v })
            .List("device-read-bps", '\0', "Limit read rate (bytes per second) from a device", v => readBytes.Add(DeviceRateOf(v, isBytes: true)))
            .List("device-read-iops", '\0', "Limit read rate (IO per second) from a device", v => readOperations.Add(DeviceRateOf(v, isBytes: false)))
            .List("device-write-bps", '\0', "Limit write rate (bytes per second) to a device", v => writeBytes.Add(DeviceRateOf(v, isBytes: true)))
            .List("device-write-iops", '\0', "Limit write rate (IO per second) to a device", v => writeOperations.Add(DeviceRateOf(v, isBytes: false)))
            .List("cgroup-conf", '\0', "Write a file of the container's cgroup (cgroup v2): memory.high=1073741824", v => Put(cgroupFiles, v), value: "map")
            .Text("cgroup-parent", '\0', "Optional parent cgroup for the container", v => config = config with { CgroupParent = v })
            .Number("cpu-period", '\0', "Limit CPU CFS (Completely Fair Scheduler) period", v => config = config with { CpuPeriodMicroseconds = v }, least: 0)
            .Number("cpu-quota", '\0', "Limit CPU CFS (Completely Fair Scheduler) quota", v => config = config with { CpuQuotaMicroseconds = v })
            .Number("cpu-shares", 'c', "CPU shares (relative weight)", v => config = config with { CpuShares = v }, least: 0)
            .Text("cpus", '\0', "Number of CPUs", v => config = config with { NanoCpus = FlagValue.NanoCpus(v) }, value: "decimal")
            .Text("cpuset-cpus", '\0', "CPUs in which to allow execution (0-3, 0,1)", v => config = config with { CpusetCpus = v })
            .Text("cpuset-mems", '\0', "MEMs in which to allow execution (0-3, 0,1)", v => config = config with { CpusetMems = v })
            .Bytes("memory", 'm', "Memory limit", v => config = config with { MemoryBytes = v })
            .Bytes("memory-reservation", '\0', "Memory soft limit", v => config = config with { MemoryReservationBytes = v })
            .Text("memory-swap", '\0', "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", v => config = config with { MemorySwapBytes = v == "-1" ? -1 : ByteSize.Parse(v) }, value: "bytes")
            .Number("memory-swappiness", '\0', "Tune container memory swappiness (0 to 100)", v => config = config with { MemorySwappiness = v < 0 ? null : (int)v }, initially: "-1", least: -1, most: 100)
            .Switch("oom-kill-disable", '\0', "Disable OOM Killer", v => config = config with { OomKillDisable = v })
            .Number("oom-score-adj", '\0', "Tune host's OOM preferences (-1000 to 1000)", v => config = config with { OomScoreAdjust = (int)v }, least: -1000, most: 1000)
            .Number("pids-limit", '\0', "Tune container pids limit (set -1 for unlimited)", v => config = config with { PidsLimit = v }, least: -1)
            .Bytes("shm-size", '\0', "Size of /dev/shm", v => config = config with { ShmSizeBytes = v })
            .List("ulimit", '\0', "Ulimit options", AddLimit, value: "ulimit");
    }

    private ContainerConfig WithRates(ContainerConfig made) => made with
    {
        CgroupFiles = cgroupFiles,
        BlkioWeightDevices = weights,
        DeviceReadBytesPerSecond = readBytes,
        DeviceReadOperationsPerSecond = readOperations,
        DeviceWriteBytesPerSecond = writeBytes,
        DeviceWriteOperationsPerSecond = writeOperations,
    };

    private static DeviceRate DeviceWeight(string text)
    {
        (string path, string value) = Split(text);
        return int.TryParse(value, out int weight) && weight is 0 or >= LeastWeight and <= MostWeight
            ? new DeviceRate(path, weight)
            : throw new FormatException($"invalid weight for device: {text}");
    }

    private static DeviceRate DeviceRateOf(string text, bool isBytes)
    {
        (string path, string value) = Split(text);
        if (isBytes) { return new DeviceRate(path, ByteSize.Parse(value)); }

        return long.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long rate)
            ? new DeviceRate(path, rate)
            : throw new FormatException($"invalid rate for device: {text}. The correct format is <device-path>:<number>. Number must be an integer");
    }

    private static (string Path, string Value) Split(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && text.StartsWith("/dev/", StringComparison.Ordinal)
            ? (text[..colon], text[(colon + 1)..])
            : throw new FormatException(colon > 0 ? $"bad format for device path: {text}" : $"bad format: {text}");
    }

    private void AddLimit(string text)
    {
        UlimitArgument limit = UlimitArgument.Parse(text);
        limits.RemoveAll(l => l.Name == limit.Name);
        limits.Add(new ResourceLimit(limit.Name, limit.Soft, limit.Hard));
    }
}
