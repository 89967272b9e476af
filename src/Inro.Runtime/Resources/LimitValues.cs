using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Turns <c>linux.resources</c> into values for files, in an order that the kernel accepts.</summary>
internal static class LimitValues
{
    /// <param name="writes">Receives the values.</param>
    /// <param name="resources">What is asked for.</param>
    /// <param name="withDevices">False for an update: device rules hold from the start to the end.</param>
    public static void AddAll(CgroupWriteList writes, LinuxResources resources, bool withDevices)
    {
        if (withDevices) { DeviceValues.Add(writes, resources.Devices); }
        if (resources.Memory is { } memory) { MemoryValues.Add(writes, memory); }
        if (resources.Cpu is { } cpu) { CpuValues.Add(writes, cpu); }
        if (resources.Pids?.Limit is { } pids) { AddPids(writes, pids); }
        if (resources.BlockIo is { } io) { BlockIoValues.Add(writes, io); }
        OtherValues.Add(writes, resources);
    }

    // 0 is what older writers of config.json put for "not set"; the kernel would let nothing start at all.
    private static void AddPids(CgroupWriteList writes, long limit)
    {
        if (limit == 0) { return; }
        writes.Require("pids", "pids.limit").Write("pids.limit", "pids.max", limit < 0 ? "max" : Text(limit));
    }

    public static string Text(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string Text(ulong value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
