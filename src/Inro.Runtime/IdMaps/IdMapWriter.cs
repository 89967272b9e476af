using System.Globalization;
using System.Text;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.IdMaps;

/// <summary>Writes the id maps of a process's new user namespace: directly, or through newuidmap and newgidmap for an ordinary user.</summary>
/// <remarks>See user_namespaces(7).</remarks>
public static class IdMapWriter
{
    /// <summary>Lines that the kernel takes in one map.</summary>
    private const int MaxLines = 340;

    /// <param name="pid">A process of ours that waits, so that the pid is its own.</param>
    /// <param name="users">User ids; must pass <see cref="Check"/>.</param>
    /// <param name="groups">Group ids; likewise.</param>
    /// <param name="privileged">Whether this process may map any id: it has CAP_SETUID and CAP_SETGID in the parent namespace.</param>
    /// <exception cref="RuntimeException">Failed: a helper is missing, or refuses because the ranges are not the user's.</exception>
    /// <exception cref="Inro.Linux.LinuxException">EPERM: the kernel refuses the map. EINVAL: ranges overlap.</exception>
    public static void Write(int pid, IReadOnlyList<IdMapping> users, IReadOnlyList<IdMapping> groups, bool privileged)
    {
        bool ownOnly = IsOwn(users, EffectiveIds.User) && IsOwn(groups, EffectiveIds.Group);
        if (privileged || ownOnly)
        {
            using DirFd process = DirFd.Open("/proc/" + pid.ToString(CultureInfo.InvariantCulture));
            if (!privileged) { WriteFile(process, "setgroups", "deny"); } // or the kernel refuses the group map of an ordinary user

            WriteFile(process, "uid_map", Lines(users));
            WriteFile(process, "gid_map", Lines(groups));
        }
        else
        {
            IdMapHelper.Run("newuidmap", pid, users);
            IdMapHelper.Run("newgidmap", pid, groups);
        }
    }

    /// <summary>Refuses mappings that no kernel takes.</summary>
    /// <param name="field">Where they stand, for the message.</param>
    /// <param name="mappings">What to look at.</param>
    /// <exception cref="RuntimeException">InvalidConfiguration: empty, too long, or with a range that overflows.</exception>
    public static void Check(string field, IReadOnlyList<IdMapping> mappings)
    {
        if (mappings.Count == 0) { throw RuntimeException.Invalid(field, "a new user namespace needs at least one mapping"); }

        if (mappings.Count > MaxLines) { throw RuntimeException.Invalid(field, "more than 340 mappings"); }

        foreach (IdMapping mapping in mappings)
        {
            if (mapping.Size == 0 || (ulong)mapping.HostId + mapping.Size > uint.MaxValue || (ulong)mapping.ContainerId + mapping.Size > uint.MaxValue)
            {
                throw RuntimeException.Invalid(field, $"the range {mapping.ContainerId} {mapping.HostId} {mapping.Size} is empty or ends beyond the last id");
            }
        }
    }

    private static bool IsOwn(IReadOnlyList<IdMapping> mappings, uint id) => mappings is [{ Size: 1 } only] && only.HostId == id;

    private static string Lines(IReadOnlyList<IdMapping> mappings)
    {
        var text = new StringBuilder();
        foreach (IdMapping mapping in mappings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n");
        }

        return text.ToString();
    }

    private static void WriteFile(DirFd process, string name, string text)
    {
        using SafeFileHandle file = process.OpenInside(name, OpenFlags.Write, resolve: ResolveFlags.NoSymlinks | ResolveFlags.NoMountCrossing);
        FileDescriptor.WriteAll(file, Encoding.ASCII.GetBytes(text), name);
    }
}
