namespace Inro.Spec.Runtime;

public static partial class RuntimeConfigReader
{
    private static LinuxResources ReadResources(ref ConfigCursor json)
    {
        LinuxResources none = new();
        IReadOnlyList<DeviceRule> devices = [];
        MemoryResources? memory = null;
        CpuResources? cpu = null;
        PidsResources? pids = null;
        BlockIoResources? blockIo = null;
        IReadOnlyList<HugepageLimit> hugepages = [];
        NetworkResources? network = null;
        IReadOnlyDictionary<string, RdmaResources> rdma = none.Rdma;
        IReadOnlyDictionary<string, string> unified = none.Unified;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("devices"u8)) { devices = ReadDeviceRules(ref json); }
            else if (json.Is("memory"u8)) { memory = ReadMemory(ref json); }
            else if (json.Is("cpu"u8)) { cpu = ReadCpu(ref json); }
            else if (json.Is("pids"u8)) { pids = ReadPids(ref json); }
            else if (json.Is("blockIO"u8)) { blockIo = ReadBlockIo(ref json); }
            else if (json.Is("hugepageLimits"u8)) { hugepages = ReadHugepages(ref json); }
            else if (json.Is("network"u8)) { network = ReadNetwork(ref json); }
            else if (json.Is("rdma"u8)) { rdma = ReadRdma(ref json); }
            else if (json.Is("unified"u8)) { unified = json.StringMap(); }
            else { json.Skip(); }
        }

        return new LinuxResources
        {
            Devices = devices, Memory = memory, Cpu = cpu, Pids = pids, BlockIo = blockIo, HugepageLimits = hugepages, Network = network,
            Rdma = rdma, Unified = unified,
        };
    }

    private static List<DeviceRule> ReadDeviceRules(ref ConfigCursor json)
    {
        var rules = new List<DeviceRule>();
        json.BeginArray();
        while (json.NextElement())
        {
            bool? allow = null;
            string? type = null, access = null;
            long? major = null, minor = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("allow"u8)) { allow = json.Boolean(); }
                else if (json.Is("type"u8)) { type = json.String(); }
                else if (json.Is("major"u8)) { major = json.Int64(); }
                else if (json.Is("minor"u8)) { minor = json.Int64(); }
                else if (json.Is("access"u8)) { access = json.String(); }
                else { json.Skip(); }
            }

            rules.Add(new DeviceRule(allow ?? throw json.Missing("allow"), type, major, minor, access));
        }

        return rules;
    }

    private static MemoryResources ReadMemory(ref ConfigCursor json)
    {
        long? limit = null, reservation = null, swap = null, kernel = null, kernelTcp = null;
        ulong? swappiness = null;
        bool? oom = null, hierarchy = null, check = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("limit"u8)) { limit = json.Int64(); }
            else if (json.Is("reservation"u8)) { reservation = json.Int64(); }
            else if (json.Is("swap"u8)) { swap = json.Int64(); }
            else if (json.Is("kernel"u8)) { kernel = json.Int64(); }
            else if (json.Is("kernelTCP"u8)) { kernelTcp = json.Int64(); }
            else if (json.Is("swappiness"u8)) { swappiness = json.UInt64(); }
            else if (json.Is("disableOOMKiller"u8)) { oom = json.Boolean(); }
            else if (json.Is("useHierarchy"u8)) { hierarchy = json.Boolean(); }
            else if (json.Is("checkBeforeUpdate"u8)) { check = json.Boolean(); }
            else { json.Skip(); }
        }

        return new MemoryResources
        {
            Limit = limit, Reservation = reservation, Swap = swap, Kernel = kernel, KernelTcp = kernelTcp, Swappiness = swappiness,
            DisableOomKiller = oom, UseHierarchy = hierarchy, CheckBeforeUpdate = check,
        };
    }

    private static CpuResources ReadCpu(ref ConfigCursor json)
    {
        ulong? shares = null, burst = null, period = null, realtimePeriod = null;
        long? quota = null, realtimeRuntime = null, idle = null;
        string? cpus = null, mems = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("shares"u8)) { shares = json.UInt64(); }
            else if (json.Is("quota"u8)) { quota = json.Int64(); }
            else if (json.Is("burst"u8)) { burst = json.UInt64(); }
            else if (json.Is("period"u8)) { period = json.UInt64(); }
            else if (json.Is("realtimeRuntime"u8)) { realtimeRuntime = json.Int64(); }
            else if (json.Is("realtimePeriod"u8)) { realtimePeriod = json.UInt64(); }
            else if (json.Is("cpus"u8)) { cpus = json.String(); }
            else if (json.Is("mems"u8)) { mems = json.String(); }
            else if (json.Is("idle"u8)) { idle = json.Int64(); }
            else { json.Skip(); }
        }

        return new CpuResources
        {
            Shares = shares, Quota = quota, Burst = burst, Period = period, RealtimeRuntime = realtimeRuntime,
            RealtimePeriod = realtimePeriod, Cpus = cpus, Mems = mems, Idle = idle,
        };
    }

    private static PidsResources ReadPids(ref ConfigCursor json)
    {
        long? limit = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("limit"u8)) { limit = json.Int64(); }
            else { json.Skip(); }
        }

        return new PidsResources(limit);
    }

    private static BlockIoResources ReadBlockIo(ref ConfigCursor json)
    {
        ushort? weight = null, leaf = null;
        IReadOnlyList<BlockIoWeight> weights = [];
        IReadOnlyList<BlockIoThrottle> readBps = [], writeBps = [], readIops = [], writeIops = [];
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("weight"u8)) { weight = json.UInt16(); }
            else if (json.Is("leafWeight"u8)) { leaf = json.UInt16(); }
            else if (json.Is("weightDevice"u8)) { weights = ReadWeights(ref json); }
            else if (json.Is("throttleReadBpsDevice"u8)) { readBps = ReadThrottles(ref json); }
            else if (json.Is("throttleWriteBpsDevice"u8)) { writeBps = ReadThrottles(ref json); }
            else if (json.Is("throttleReadIOPSDevice"u8)) { readIops = ReadThrottles(ref json); }
            else if (json.Is("throttleWriteIOPSDevice"u8)) { writeIops = ReadThrottles(ref json); }
            else { json.Skip(); }
        }

        return new BlockIoResources
        {
            Weight = weight, LeafWeight = leaf, WeightDevice = weights, ThrottleReadBpsDevice = readBps, ThrottleWriteBpsDevice = writeBps,
            ThrottleReadIopsDevice = readIops, ThrottleWriteIopsDevice = writeIops,
        };
    }

    private static List<BlockIoWeight> ReadWeights(ref ConfigCursor json)
    {
        var weights = new List<BlockIoWeight>();
        json.BeginArray();
        while (json.NextElement())
        {
            long? major = null, minor = null;
            ushort? weight = null, leaf = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("major"u8)) { major = json.Int64(); }
                else if (json.Is("minor"u8)) { minor = json.Int64(); }
                else if (json.Is("weight"u8)) { weight = json.UInt16(); }
                else if (json.Is("leafWeight"u8)) { leaf = json.UInt16(); }
                else { json.Skip(); }
            }

            weights.Add(new BlockIoWeight(major ?? throw json.Missing("major"), minor ?? throw json.Missing("minor"), weight, leaf));
        }

        return weights;
    }

    private static List<BlockIoThrottle> ReadThrottles(ref ConfigCursor json)
    {
        var throttles = new List<BlockIoThrottle>();
        json.BeginArray();
        while (json.NextElement())
        {
            long? major = null, minor = null;
            ulong rate = 0;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("major"u8)) { major = json.Int64(); }
                else if (json.Is("minor"u8)) { minor = json.Int64(); }
                else if (json.Is("rate"u8)) { rate = json.UInt64(); }
                else { json.Skip(); }
            }

            throttles.Add(new BlockIoThrottle(major ?? throw json.Missing("major"), minor ?? throw json.Missing("minor"), rate));
        }

        return throttles;
    }

    private static List<HugepageLimit> ReadHugepages(ref ConfigCursor json)
    {
        var limits = new List<HugepageLimit>();
        json.BeginArray();
        while (json.NextElement())
        {
            string? size = null;
            ulong? limit = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("pageSize"u8)) { size = json.String(); }
                else if (json.Is("limit"u8)) { limit = json.UInt64(); }
                else { json.Skip(); }
            }

            limits.Add(new HugepageLimit(size ?? throw json.Missing("pageSize"), limit ?? throw json.Missing("limit")));
        }

        return limits;
    }

    private static NetworkResources ReadNetwork(ref ConfigCursor json)
    {
        uint? classId = null;
        var priorities = new List<InterfacePriority>();
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("classID"u8)) { classId = json.UInt32(); }
            else if (json.Is("priorities"u8))
            {
                json.BeginArray();
                while (json.NextElement()) { priorities.Add(ReadPriority(ref json)); }
            }
            else { json.Skip(); }
        }

        return new NetworkResources(classId, priorities);
    }

    private static InterfacePriority ReadPriority(ref ConfigCursor json)
    {
        string? name = null;
        uint? priority = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("name"u8)) { name = json.String(); }
            else if (json.Is("priority"u8)) { priority = json.UInt32(); }
            else { json.Skip(); }
        }

        return new InterfacePriority(name ?? throw json.Missing("name"), priority ?? throw json.Missing("priority"));
    }

    private static Dictionary<string, RdmaResources> ReadRdma(ref ConfigCursor json)
    {
        var devices = new Dictionary<string, RdmaResources>(StringComparer.Ordinal);
        json.BeginObject();
        while (json.NextField())
        {
            string device = json.Name();
            uint? handles = null, objects = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("hcaHandles"u8)) { handles = json.UInt32(); }
                else if (json.Is("hcaObjects"u8)) { objects = json.UInt32(); }
                else { json.Skip(); }
            }

            if (!devices.TryAdd(device, new RdmaResources(handles, objects))) { throw json.Wrong("is given twice"); }
        }

        return devices;
    }
}
