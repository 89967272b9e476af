using Inro.KernelTests.Harness;
using Inro.Runtime.Resources;

namespace Inro.KernelTests.Cgroups;

/// <summary>Runs shell scripts inside a container's cgroups.</summary>
internal static class CgroupScript
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>A script that first moves its shell into every cgroup of the set.</summary>
    public static string Inside(CgroupSet set, string script) =>
        string.Concat(set.Locations.Select(l => $"echo $$ > {l.Directory}/cgroup.procs || exit 99\n")) + script;

    public static ToolResult Run(CgroupSet set, string script) => Tool.Run("sh", ["-c", Inside(set, script)], Deadline);

    /// <summary>Removes the cgroups even if the test failed with processes in them.</summary>
    public static void CleanUp(CgroupSet set)
    {
        set.KillAll(TimeSpan.FromSeconds(10));
        set.Remove(TimeSpan.FromSeconds(10));
        set.Dispose();
    }
}
