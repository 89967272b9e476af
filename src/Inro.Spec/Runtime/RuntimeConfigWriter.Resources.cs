using System.Text.Json;

namespace Inro.Spec.Runtime;

public static partial class RuntimeConfigWriter
{
    private static void WriteResources(Utf8JsonWriter json, LinuxResources resources)
    {
        json.WriteStartObject();
        Objects(json, "devices"u8, resources.Devices, static (json, rule) =>
        {
            json.WriteBoolean("allow"u8, rule.Allow);
            Text(json, "type"u8, rule.Type);
            Number(json, "major"u8, rule.Major);
            Number(json, "minor"u8, rule.Minor);
            Text(json, "access"u8, rule.Access);
        });
        if (resources.Memory is { } memory) { WriteMemory(json, memory); }

        if (resources.Cpu is { } cpu) { WriteCpu(json, cpu); }

        if (resources.Pids is { } pids)
        {
            json.WriteStartObject("pids"u8);
            Number(json, "limit"u8, pids.Limit);
            json.WriteEndObject();
        }

        if (resources.BlockIo is { } blockIo) { WriteBlockIo(json, blockIo); }

        Objects(json, "hugepageLimits"u8, resources.HugepageLimits, static (json, limit) =>
        {
            json.WriteString("pageSize"u8, limit.PageSize);
            json.WriteNumber("limit"u8, limit.Limit);
        });
        if (resources.Network is { } network) { WriteNetwork(json, network); }

        if (resources.Rdma.Count > 0) { WriteRdma(json, resources.Rdma); }

        Map(json, "unified"u8, resources.Unified);
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryResources memory)
    {
        json.WriteStartObject("memory"u8);
        Number(json, "limit"u8, memory.Limit);
        Number(json, "reservation"u8, memory.Reservation);
        Number(json, "swap"u8, memory.Swap);
        Number(json, "kernel"u8, memory.Kernel);
        Number(json, "kernelTCP"u8, memory.KernelTcp);
        Number(json, "swappiness"u8, memory.Swappiness);
        Flag(json, "disableOOMKiller"u8, memory.DisableOomKiller);
        Flag(json, "useHierarchy"u8, memory.UseHierarchy);
        Flag(json, "checkBeforeUpdate"u8, memory.CheckBeforeUpdate);
        json.WriteEndObject();
    }

    private static void WriteCpu(Utf8JsonWriter json, CpuResources cpu)
    {
        json.WriteStartObject("cpu"u8);
        Number(json, "shares"u8, cpu.Shares);
        Number(json, "quota"u8, cpu.Quota);
        Number(json, "burst"u8, cpu.Burst);
        Number(json, "period"u8, cpu.Period);
        Number(json, "realtimeRuntime"u8, cpu.RealtimeRuntime);
        Number(json, "realtimePeriod"u8, cpu.RealtimePeriod);
        Text(json, "cpus"u8, cpu.Cpus);
        Text(json, "mems"u8, cpu.Mems);
        Number(json, "idle"u8, cpu.Idle);
        json.WriteEndObject();
    }

    private static void WriteBlockIo(Utf8JsonWriter json, BlockIoResources blockIo)
    {
        json.WriteStartObject("blockIO"u8);
        Number(json, "weight"u8, blockIo.Weight);
        Number(json, "leafWeight"u8, blockIo.LeafWeight);
        Objects(json, "weightDevice"u8, blockIo.WeightDevice, static (json, device) =>
        {
            json.WriteNumber("major"u8, device.Major);
            json.WriteNumber("minor"u8, device.Minor);
            Number(json, "weight"u8, device.Weight);
            Number(json, "leafWeight"u8, device.LeafWeight);
        });
        Objects(json, "throttleReadBpsDevice"u8, blockIo.ThrottleReadBpsDevice, WriteThrottle);
        Objects(json, "throttleWriteBpsDevice"u8, blockIo.ThrottleWriteBpsDevice, WriteThrottle);
        Objects(json, "throttleReadIOPSDevice"u8, blockIo.ThrottleReadIopsDevice, WriteThrottle);
        Objects(json, "throttleWriteIOPSDevice"u8, blockIo.ThrottleWriteIopsDevice, WriteThrottle);
        json.WriteEndObject();
    }

    private static void WriteThrottle(Utf8JsonWriter json, BlockIoThrottle device)
    {
        json.WriteNumber("major"u8, device.Major);
        json.WriteNumber("minor"u8, device.Minor);
        json.WriteNumber("rate"u8, device.Rate);
    }

    private static void WriteNetwork(Utf8JsonWriter json, NetworkResources network)
    {
        json.WriteStartObject("network"u8);
        Number(json, "classID"u8, network.ClassId);
        Objects(json, "priorities"u8, network.Priorities, static (json, priority) =>
        {
            json.WriteString("name"u8, priority.Name);
            json.WriteNumber("priority"u8, priority.Priority);
        });
        json.WriteEndObject();
    }

    private static void WriteRdma(Utf8JsonWriter json, IReadOnlyDictionary<string, RdmaResources> devices)
    {
        json.WriteStartObject("rdma"u8);
        foreach ((string name, RdmaResources device) in devices)
        {
            json.WriteStartObject(name);
            Number(json, "hcaHandles"u8, device.HcaHandles);
            Number(json, "hcaObjects"u8, device.HcaObjects);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
