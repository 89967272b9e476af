using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>v1: a new cpuset has no processors and no memory nodes, and lets no process in until it has both.</summary>
internal static class CpusetInheritance
{
    private static readonly string[] Files = ["cpuset.cpus", "cpuset.mems"];

    /// <summary>Gives the new cgroup what its parent has. Parents that are still empty, because someone was killed between making and filling them, are filled too.</summary>
    public static void Fill(CgroupLocation location, CgroupDirectory parent, CgroupDirectory directory, List<string> changes)
    {
        foreach (string file in Files)
        {
            string value = parent.Read(file);
            if (value.Length == 0) { value = FillParent(location, CgroupPath.Parent(location.Path), file, changes); }
            if (value.Length > 0) { directory.Write(file, value); }
        }
    }

    private static string FillParent(CgroupLocation location, string path, string file, List<string> changes)
    {
        using CgroupDirectory directory = CgroupDirectory.Open(location.MountPoint, path);
        string value = directory.Read(file);
        if (value.Length > 0 || path == "/") { return value; }

        value = FillParent(location, CgroupPath.Parent(path), file, changes);
        if (value.Length > 0)
        {
            directory.Write(file, value);
            changes.Add($"{directory.Path}/{file} = {value}");
        }

        return value;
    }
}
