using Inro.KernelTests.Harness;

namespace Inro.Conformance.Containers;

/// <summary>What stands in the files of a process's cgroups, looked at from the host.</summary>
internal static class CgroupFiles
{
    /// <summary>Reads one file of a process's cgroup.</summary>
    /// <param name="pid">The host's pid.</param>
    /// <param name="controller">As v1 names it.</param>
    /// <param name="legacy">The file's name on v1.</param>
    /// <param name="unified">The file's name on v2.</param>
    public static string Read(string pid, string controller, string legacy, string unified)
    {
        bool isUnified = Machine.WhyNot(Needs.CgroupV2Controllers) is null;
        string directory = isUnified ? Machine.V2Root + PathOf(pid, "0::") : Hierarchy(controller) + PathOf(pid, controller);
        return File.ReadAllText(Path.Combine(directory, isUnified ? unified : legacy)).Trim();
    }

    private static string Hierarchy(string controller) => MountTable.Read()
        .First(m => m.FileSystem == "cgroup" && m.SuperOptions.Split(',').Contains(controller, StringComparer.Ordinal)).Target;

    private static string PathOf(string pid, string key)
    {
        string line = File.ReadLines($"/proc/{pid}/cgroup").First(l => key == "0::" ? l.StartsWith(key, StringComparison.Ordinal) : l.Split(':')[1].Split(',').Contains(key, StringComparer.Ordinal));
        return line[(line.IndexOf(':', line.IndexOf(':', StringComparison.Ordinal) + 1) + 1)..];
    }
}
