using System.Text;
using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Who owns a container's v2 cgroup: the user that its process is on the host, where the container sees it as its own and may write to it.</summary>
/// <remarks>Source: OCI runtime-spec, config-linux.md "Cgroup ownership"; the kernel's cgroup-v2 documentation, "Delegation". Its limits stay the host's.</remarks>
internal static class CgroupOwner
{
    private const string ListPath = "/sys/kernel/cgroup/delegate";
    private const uint Keep = uint.MaxValue;

    /// <summary>The files that are given, where the kernel has no list of them.</summary>
    private static readonly string[] Usual = ["cgroup.procs", "cgroup.threads", "cgroup.subtree_control"];

    /// <summary>The owner on the host; null where the cgroup stays as it is.</summary>
    public static uint? Of(RuntimeConfig config)
    {
        if (config.Linux is not { } linux || !linux.Namespaces.Any(static n => n is { Type: "cgroup", Path: null }) || !linux.Namespaces.Any(static n => n.Type == "user")) { return null; }
        if (!config.Mounts.Any(static m => m.Type is "cgroup" or "cgroup2" && m.Destination.TrimEnd('/') is "/sys/fs/cgroup" && !m.Options.Contains("ro"))) { return null; }

        uint user = config.Process?.User.Uid ?? 0;
        foreach (IdMapping mapping in linux.UidMappings)
        {
            if (user >= mapping.ContainerId && user - mapping.ContainerId < mapping.Size) { return mapping.HostId + (user - mapping.ContainerId); }
        }

        return null;
    }

    /// <summary>Gives it away.</summary>
    /// <exception cref="ResourceException">The kernel refuses.</exception>
    public static void Give(CgroupDirectory directory, uint user)
    {
        foreach (string file in (string[])[".", .. Files()])
        {
            Errno errno = directory.Descriptor.TrySetOwner(Encoding.UTF8.GetBytes(file + "\0"), user, Keep);
            if (errno is not (Errno.None or Errno.ENOENT)) // a controller that is not enabled
            {
                var cause = new LinuxException("fchownat", $"{directory.Path}/{file}", errno);
                throw new ResourceException($"the container's cgroup cannot be given to user {user}: {cause.Message}", remedy: "mount /sys/fs/cgroup read-only in the container, or leave its cgroup namespace out", cause);
            }
        }
    }

    private static string[] Files() => File.Exists(ListPath) ? File.ReadAllLines(ListPath) : Usual;
}
