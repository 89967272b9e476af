using Inro.Spec.Runtime;
using static Inro.Runtime.Resources.LimitValues;

namespace Inro.Runtime.Resources;

/// <summary>Block devices: v1's blkio, v2's io.</summary>
internal static class BlockIoValues
{
    public static void Add(CgroupWriteList writes, BlockIoResources io)
    {
        if (!Asks(io)) { return; }

        CgroupSlot slot = writes.Require("blkio", "io", "blockIO");
        if (slot.IsUnified) { AddUnified(slot, io); }
        else { AddLegacy(slot, io); }
    }

    /// <summary>v2's weight (1 to 10000) for v1's (10 to 1000).</summary>
    internal static int Weight(int weight) => 1 + ((weight - 10) * 9999 / 990);

    private static bool Asks(BlockIoResources io) =>
        io.Weight is not (null or 0) || io.LeafWeight is not (null or 0) || io.WeightDevice.Count > 0
        || io.ThrottleReadBpsDevice.Count > 0 || io.ThrottleWriteBpsDevice.Count > 0
        || io.ThrottleReadIopsDevice.Count > 0 || io.ThrottleWriteIopsDevice.Count > 0;

    private static void AddLegacy(CgroupSlot slot, BlockIoResources io)
    {
        if (io.Weight is { } weight and not 0) { Either(slot, "blockIO.weight", "blkio.weight", "blkio.bfq.weight", Text(weight)); }
        if (io.LeafWeight is { } leaf and not 0) { slot.Write("blockIO.leafWeight", "blkio.leaf_weight", Text(leaf)); }
        foreach (BlockIoWeight device in io.WeightDevice)
        {
            if (device.Weight is { } w) { Either(slot, "blockIO.weightDevice", "blkio.weight_device", "blkio.bfq.weight_device", $"{device.Major}:{device.Minor} {w}"); }
            if (device.LeafWeight is { } l) { slot.Write("blockIO.weightDevice", "blkio.leaf_weight_device", $"{device.Major}:{device.Minor} {l}"); }
        }

        Throttle(slot, io.ThrottleReadBpsDevice, "blockIO.throttleReadBpsDevice", "blkio.throttle.read_bps_device", "");
        Throttle(slot, io.ThrottleWriteBpsDevice, "blockIO.throttleWriteBpsDevice", "blkio.throttle.write_bps_device", "");
        Throttle(slot, io.ThrottleReadIopsDevice, "blockIO.throttleReadIOPSDevice", "blkio.throttle.read_iops_device", "");
        Throttle(slot, io.ThrottleWriteIopsDevice, "blockIO.throttleWriteIOPSDevice", "blkio.throttle.write_iops_device", "");
    }

    private static void AddUnified(CgroupSlot slot, BlockIoResources io)
    {
        if (io.LeafWeight is not (null or 0)) { throw NoLeafWeight("leafWeight"); }

        if (io.Weight is { } weight and not 0)
        {
            slot.List.Add(new(slot.Index, "io.bfq.weight", Text(weight)) { Field = "blockIO.weight", OtherFile = "io.weight", OtherValue = Text(Weight(weight)) });
        }

        foreach (BlockIoWeight device in io.WeightDevice)
        {
            if (device.LeafWeight is not (null or 0)) { throw NoLeafWeight("weightDevice[].leafWeight"); }

            if (device.Weight is { } w)
            {
                string id = $"{device.Major}:{device.Minor}";
                slot.List.Add(new(slot.Index, "io.bfq.weight", $"{id} {w}") { Field = "blockIO.weightDevice", OtherFile = "io.weight", OtherValue = $"{id} {Weight(w)}" });
            }
        }

        Throttle(slot, io.ThrottleReadBpsDevice, "blockIO.throttleReadBpsDevice", "io.max", "rbps=");
        Throttle(slot, io.ThrottleWriteBpsDevice, "blockIO.throttleWriteBpsDevice", "io.max", "wbps=");
        Throttle(slot, io.ThrottleReadIopsDevice, "blockIO.throttleReadIOPSDevice", "io.max", "riops=");
        Throttle(slot, io.ThrottleWriteIopsDevice, "blockIO.throttleWriteIOPSDevice", "io.max", "wiops=");
    }

    private static ResourceException NoLeafWeight(string field) => new(
        $"linux.resources.blockIO.{field} is set, but cgroup v2 has no weight for a cgroup's own processes", remedy: "leave it out; weight counts for all of the container");

    private static void Either(CgroupSlot slot, string field, string file, string other, string value) =>
        slot.List.Add(new(slot.Index, file, value) { Field = field, OtherFile = other });

    private static void Throttle(CgroupSlot slot, IReadOnlyList<BlockIoThrottle> devices, string field, string file, string key)
    {
        foreach (BlockIoThrottle device in devices)
        {
            string rate = device.Rate == 0 && slot.IsUnified ? "max" : Text(device.Rate); // v1 takes 0 for no limit
            slot.Write(field, file, $"{device.Major}:{device.Minor} {key}{rate}");
        }
    }
}
