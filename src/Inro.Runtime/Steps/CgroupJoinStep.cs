using Inro.Linux;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Moves stage 1 into the container's v1 cgroups, so that the process is born there. The v2 cgroup is a matter of the clone.</summary>
internal sealed class CgroupJoinStep(LaunchCgroups cgroups) : ILaunchStep
{
    public string Name => "cgroups";

    public void Emit(LaunchBuilder builder)
    {
        if (cgroups.Processes.Count == 0) { return; }

        Data self = builder.Bytes("0"u8);
        foreach ((string label, Slot file) in cgroups.Processes)
        {
            builder.Call("join cgroup", SystemCall.Write, [file, self, 1], label);
        }
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => errno switch
    {
        Errno.EBUSY => "the cgroup hands controllers to its children and cannot hold processes itself; choose another linux.cgroupsPath",
        Errno.ENOSPC => "the cpuset of the cgroup is empty; give linux.resources.cpu.cpus and mems",
        _ => null,
    };
}

/// <summary>The container's cgroups as the launch sees them: descriptors in slots.</summary>
/// <param name="Processes">cgroup.procs to write to, with the tree's name.</param>
/// <param name="Unified">The v2 directory to clone into, if there is one.</param>
internal sealed record LaunchCgroups(IReadOnlyList<(string Label, Slot File)> Processes, Slot? Unified)
{
    public static LaunchCgroups None { get; } = new([], null);
}
