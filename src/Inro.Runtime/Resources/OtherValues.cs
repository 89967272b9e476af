using Inro.Spec.Runtime;
using static Inro.Runtime.Resources.LimitValues;

namespace Inro.Runtime.Resources;

/// <summary>Huge pages, network marks, RDMA, and v2 files that are given by name.</summary>
internal static class OtherValues
{
    public static void Add(CgroupWriteList writes, LinuxResources resources)
    {
        foreach (HugepageLimit huge in resources.HugepageLimits) { AddHuge(writes, huge); }
        if (resources.Network is { } network) { AddNetwork(writes, network); }
        foreach ((string device, RdmaResources limit) in resources.Rdma) { AddRdma(writes, device, limit); }
        if (resources.Unified.Count > 0) { AddUnified(writes, resources.Unified); }
    }

    // Reservations first: a page that is reserved but not yet touched escapes the older counter, and then the process dies by SIGBUS.
    private static void AddHuge(CgroupWriteList writes, HugepageLimit huge)
    {
        string field = $"hugepageLimits.{huge.PageSize}";
        if (huge.PageSize.AsSpan().IndexOfAnyExceptInRange('0', 'Z') >= 0) { throw new ResourceException($"linux.resources.hugepageLimits has a page size '{huge.PageSize}'"); }

        CgroupSlot slot = writes.Require("hugetlb", field);
        string suffix = slot.IsUnified ? "max" : "limit_in_bytes";
        writes.Add(new(slot.Index, $"hugetlb.{huge.PageSize}.rsvd.{suffix}", Text(huge.Limit)) { Field = field, MayBeAbsent = true });
        slot.Write(field, $"hugetlb.{huge.PageSize}.{suffix}", Text(huge.Limit));
    }

    // On v2 there is no controller: a program on the cgroup marks the packets instead.
    private static void AddNetwork(CgroupWriteList writes, NetworkResources network)
    {
        NetworkResources marks = new(null, []);
        if (network.ClassId is { } id and not 0)
        {
            if (ByProgram(writes, "net_cls")) { marks = marks with { ClassId = id }; }
            else { writes.Require("net_cls", "network.classID").Write("network.classID", "net_cls.classid", Text(id)); }
        }

        if (network.Priorities.Count > 0 && ByProgram(writes, "net_prio")) { marks = marks with { Priorities = network.Priorities }; }
        else
        {
            foreach (InterfacePriority priority in network.Priorities)
            {
                writes.Require("net_prio", "network.priorities").Write("network.priorities", "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}");
            }
        }

        if (marks is not { ClassId: null, Priorities.Count: 0 }) { writes.PacketMarks = marks; }
    }

    private static bool ByProgram(CgroupWriteList writes, string controller) => writes.Find(controller) < 0 && writes.Unified >= 0;

    private static void AddRdma(CgroupWriteList writes, string device, RdmaResources limit)
    {
        if (limit is { HcaHandles: null, HcaObjects: null }) { return; }

        string handles = limit.HcaHandles is { } h ? $" hca_handle={h}" : "";
        string objects = limit.HcaObjects is { } o ? $" hca_object={o}" : "";
        writes.Require("rdma", "rdma." + device).Write("rdma." + device, "rdma.max", device + handles + objects);
    }

    private static void AddUnified(CgroupWriteList writes, IReadOnlyDictionary<string, string> files)
    {
        int unified = writes.Unified;
        if (unified < 0) { throw new ResourceException("linux.resources.unified has values, but no cgroup v2 tree is mounted", remedy: "use the fields of cgroup v1 instead"); }

        foreach ((string file, string value) in files)
        {
            if (file.Contains('/', StringComparison.Ordinal) || file is "" or "." or ".." || file.StartsWith("cgroup.", StringComparison.Ordinal) && IsStructural(file))
            {
                throw new ResourceException($"linux.resources.unified names '{file}', which is no value of a cgroup");
            }

            foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries)) // a file such as io.max takes one line per write
            {
                writes.Add(new(unified, file, line) { Field = "unified." + file });
            }
        }
    }

    private static bool IsStructural(string file) => file is "cgroup.procs" or "cgroup.threads" or "cgroup.kill" or "cgroup.freeze";
}
