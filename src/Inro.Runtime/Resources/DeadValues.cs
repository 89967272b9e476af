using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Limits that the specification keeps and the kernel does not have any more: none at all, or not on cgroup v2.</summary>
internal static class DeadValues
{
    /// <summary>Says of each that is set that it has no effect.</summary>
    /// <param name="memory">Limits of a configuration.</param>
    /// <param name="isUnified">Whether the host has cgroup v2 alone.</param>
    /// <param name="warn">Told.</param>
    public static void Tell(MemoryResources? memory, bool isUnified, Action<string>? warn)
    {
        if (memory is null || warn is null) { return; }

        if (memory.Kernel is not null) { warn("linux.resources.memory.kernel has no effect: kernel memory counts as memory (Linux 5.16)"); }

        if (memory.UseHierarchy is not null) { warn("linux.resources.memory.useHierarchy has no effect: every cgroup counts what is below it (Linux 5.11)"); }

        if (!isUnified) { return; }

        if (memory.Swappiness is not null) { warn("linux.resources.memory.swappiness has no effect: cgroup v2 leaves it to vm.swappiness of the host"); }

        if (memory.KernelTcp is not (null or 0)) { warn("linux.resources.memory.kernelTCP has no effect: cgroup v2 counts it as memory"); }
    }
}
