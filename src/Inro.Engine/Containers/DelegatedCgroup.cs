using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Linux.Files;
using Inro.Linux.Processes;

namespace Inro.Engine.Containers;

/// <summary>The part of the v2 tree that an ordinary user was given (systemd's <c>Delegate=</c>): there the user's containers have their cgroups.</summary>
internal static class DelegatedCgroup
{
    /// <summary>The topmost cgroup above this process that is the user's; empty where there is none, or where v1 hierarchies rule.</summary>
    /// <remarks>Above it nothing may be changed. It can hand controllers down only while it holds no process itself.</remarks>
    public static string Find()
    {
        CgroupLayout layout = CgroupLayout.Read();
        if (!layout.IsPureUnified) { return ""; }

        CgroupHierarchy tree = layout.Hierarchies[0];
        string found = "";
        for (string path = tree.OwnPath; path.Length > 1; path = CgroupPath.Parent(path))
        {
            if (IsOurs(tree.MountPoint + path)) { found = path; }
        }

        return found;
    }

    private static bool IsOurs(string directory)
    {
        try
        {
            using DirFd opened = DirFd.Open(directory);
            return opened.Status().UserId == EffectiveIds.User;
        }
        catch (LinuxException)
        {
            return false; // not even visible
        }
    }
}
