using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Linux.Netlink;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary><c>linux.resources.network</c> where no net_cls or net_prio is mounted: a rule on the v2 cgroup.</summary>
/// <remarks>Source: OCI runtime-spec 1.3, config-linux.md "Network". The interfaces are those of the runtime's network namespace.</remarks>
internal static class PacketMarks
{
    private const string Field = "linux.resources.network";

    /// <summary>What of it can meet a packet: a container with a network namespace of its own has none of the runtime's interfaces.</summary>
    /// <param name="marks">As the configuration has them.</param>
    /// <param name="ownNetwork">Whether the container has a network namespace of its own.</param>
    /// <param name="warn">Told of what has no effect.</param>
    public static NetworkResources Effective(NetworkResources marks, bool ownNetwork, Action<string>? warn)
    {
        if (marks.Priorities.Count == 0 || !ownNetwork) { return marks; }

        warn?.Invoke(Field + ".priorities has no effect: the container's network namespace has none of the interfaces that it is for");
        return marks with { Priorities = [] };
    }

    /// <summary>Attaches the rule.</summary>
    /// <param name="directory">The container's v2 cgroup; null where it is not this user's.</param>
    /// <param name="marks">Class and priorities.</param>
    /// <exception cref="ResourceException">An interface is not there, or the kernel takes no such rule.</exception>
    public static void Attach(CgroupDirectory? directory, NetworkResources marks)
    {
        if (directory is null) { throw new ResourceException(Field + " is set, but its cgroup tree is not delegated to this user", remedy: "leave it out"); }

        if (marks.Priorities.Count > PacketMarkProgram.MaxInterfaces) { throw new ResourceException($"{Field}.priorities has {marks.Priorities.Count} interfaces; {PacketMarkProgram.MaxInterfaces} are possible"); }

        List<(int, uint)> interfaces = Numbers(marks.Priorities);
        if (interfaces.Count == 0 && marks.ClassId is null or 0) { return; }

        try
        {
            BpfCalls.Attach(directory, CgroupProgramKind.PacketOut, PacketMarkProgram.Assemble(marks.ClassId ?? 0, interfaces));
        }
        catch (LinuxException e)
        {
            throw new ResourceException($"{Field}: {e.Message}", e.Errno is Errno.EPERM ? "programs of cgroups need CAP_BPF and CAP_NET_ADMIN" : "the kernel needs CONFIG_CGROUP_BPF", e);
        }
    }

    private static List<(int Number, uint Priority)> Numbers(IReadOnlyList<InterfacePriority> priorities)
    {
        List<(int, uint)> numbers = [];
        if (priorities.Count == 0) { return numbers; }

        using NetworkDevices devices = NetworkDevices.Open();
        foreach (InterfacePriority priority in priorities)
        {
            try { numbers.Add((devices.Find(priority.Name), priority.Priority)); }
            catch (LinuxException e)
            {
                throw new ResourceException($"{Field}.priorities names '{priority.Name}': {e.Message}", "see ip link for the interfaces of the host", e);
            }
        }

        return numbers;
    }
}
