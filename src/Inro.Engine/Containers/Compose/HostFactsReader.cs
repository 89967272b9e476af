using Inro.Engine.Containers.Rootfs;
using Inro.Linux.Capabilities;
using Inro.Linux.Cgroups;

namespace Inro.Engine.Containers.Compose;

/// <summary>Looks at the host, once for each composition.</summary>
public static class HostFactsReader
{
    /// <summary>Reads the facts that this request needs.</summary>
    public static HostFacts Read(ContainerConfig config)
    {
        CgroupLayout cgroups = CgroupLayout.Read();
        return new HostFacts
        {
            Capabilities = BoundingSet.Read(),
            IsPureCgroupV2 = cgroups.IsPureUnified,
            HasSwapLimit = config.MemoryBytes is > 0 && HasSwapLimit(cgroups),
            HasAppArmor = Directory.Exists("/sys/kernel/security/apparmor"),
            HasSelinux = File.Exists("/sys/fs/selinux/enforce"),
            Hostname = Environment.MachineName,
            ResolvConf = TryRead("/etc/resolv.conf"),
            Hosts = TryRead("/etc/hosts"),
            FindAccount = FindAccount,
        };
    }

    /// <summary>A user of the host, by name or number; null: /etc/passwd has none.</summary>
    public static HostAccount? FindAccount(string wanted)
    {
        bool isNumber = uint.TryParse(wanted, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out uint uid);
        foreach (PasswdEntry entry in AccountFile.Passwd(System.Text.Encoding.UTF8.GetBytes(TryRead("/etc/passwd"))))
        {
            if (isNumber ? entry.Uid == uid : entry.Name == wanted) { return new HostAccount(entry.Name, entry.Uid, entry.Gid, entry.Home); }
        }

        return null;
    }

    private static bool HasSwapLimit(CgroupLayout cgroups)
    {
        CgroupHierarchy? memory = cgroups.Find("memory");
        return memory is { IsUnified: true } || (memory is not null && File.Exists(memory.MountPoint + "/memory.memsw.limit_in_bytes"));
    }

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
