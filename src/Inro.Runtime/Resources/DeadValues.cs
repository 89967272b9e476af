using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Limits that the specification keeps and no supported kernel has any more.</summary>
internal static class DeadValues
{
    /// <summary>Says of each that is set that it has no effect.</summary>
    public static void Tell(MemoryResources? memory, Action<string>? warn)
    {
        if (memory is null || warn is null) { return; }

        if (memory.Kernel is not null) { warn("linux.resources.memory.kernel has no effect: kernel memory counts as memory (Linux 5.16)"); }

        if (memory.UseHierarchy is not null) { warn("linux.resources.memory.useHierarchy has no effect: every cgroup counts what is below it (Linux 5.11)"); }
    }
}
