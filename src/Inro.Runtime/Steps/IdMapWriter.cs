using System.Globalization;
using System.Text;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Steps;

/// <summary>Writes the id maps of a process's new user namespace: directly, or through newuidmap and newgidmap for an ordinary user.</summary>
/// <remarks>See user_namespaces(7).</remarks>
internal static class IdMapWriter
{
    /// <summary>Lines that the kernel takes in one map.</summary>
    private const int MaxLines = 340;

    private static readonly TimeSpan _helperLimit = TimeSpan.FromSeconds(10);

    /// <param name="pid">A process of ours that waits, so that the pid is its own.</param>
    public static void Write(int pid, IReadOnlyList<IdMapping> users, IReadOnlyList<IdMapping> groups, bool privileged)
    {
        using DirFd process = DirFd.Open("/proc/" + pid.ToString(CultureInfo.InvariantCulture));
        bool ownOnly = IsOwn(users, EffectiveIds.User) && IsOwn(groups, EffectiveIds.Group);
        if (privileged || ownOnly)
        {
            if (!privileged) { WriteFile(process, "setgroups", "deny"); } // or the kernel refuses the group map of an ordinary user

            WriteFile(process, "uid_map", Lines(users));
            WriteFile(process, "gid_map", Lines(groups));
        }
        else
        {
            RunHelper("newuidmap", pid, users);
            RunHelper("newgidmap", pid, groups);
        }
    }

    /// <exception cref="RuntimeException">Empty, too long, or with a range that overflows.</exception>
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

    private static void RunHelper(string helper, int pid, IReadOnlyList<IdMapping> mappings)
    {
        var arguments = new List<string>(2 + (3 * mappings.Count)) { helper, pid.ToString(CultureInfo.InvariantCulture) };
        foreach (IdMapping mapping in mappings)
        {
            arguments.Add(mapping.ContainerId.ToString(CultureInfo.InvariantCulture));
            arguments.Add(mapping.HostId.ToString(CultureInfo.InvariantCulture));
            arguments.Add(mapping.Size.ToString(CultureInfo.InvariantCulture));
        }

        using PidFd process = ProcessSpawn.Open(new SpawnRequest { Path = "/usr/bin/" + helper, Arguments = arguments });
        ExitStatus? status = process.Reap(_helperLimit);
        if (status is null)
        {
            process.Signal(9);
            process.Reap(_helperLimit);
        }

        if (status is not { IsSuccess: true })
        {
            throw new RuntimeException(RuntimeError.Failed, $"{helper} {string.Join(' ', arguments.Skip(1))}: {status?.ToString() ?? "timed out"}",
                "give the user ranges in /etc/subuid and /etc/subgid (usermod --add-subuids, --add-subgids)");
        }
    }
}
