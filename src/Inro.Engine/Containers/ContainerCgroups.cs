using Inro.Engine.Statistics;
using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Runtime.Resources;

namespace Inro.Engine.Containers;

/// <summary>Files of a container's cgroups: read and written as the kernel has them.</summary>
internal static class ContainerCgroups
{
    private const int MaxValueBytes = 4096;

    /// <summary>Membership and the hand-over of controllers are the engine's own.</summary>
    private static readonly string[] NotWritten = ["cgroup.procs", "cgroup.threads", "tasks", "cgroup.subtree_control", "cgroup.type", "notify_on_release", "release_agent", "cgroup.event_control"];

    /// <summary>All files that can be read, hierarchy by hierarchy.</summary>
    public static IReadOnlyList<CgroupFiles> ReadAll(string cgroupPath) => [.. Locations(cgroupPath).Select(Read)];

    /// <summary>What one file says; null: no hierarchy has it.</summary>
    public static string? Read(string cgroupPath, string file)
    {
        Check(file);
        foreach (CgroupLocation location in Locations(cgroupPath))
        {
            using CgroupDirectory? directory = CgroupDirectory.TryOpen(location.MountPoint, location.Path);
            if (directory?.TryRead(file) is { } value) { return value; }
        }

        return null;
    }

    /// <summary>Writes one file.</summary>
    /// <exception cref="EngineException">NotFound: no hierarchy has it. InvalidArgument: the kernel does not take the value.</exception>
    public static void Write(string cgroupPath, string file, string value)
    {
        Check(file);
        if (Array.IndexOf(NotWritten, file) >= 0) { throw new EngineException(ErrorCode.InvalidArgument, $"{file} is the engine's own: writing it would move processes or take limits away", "change another file"); }

        if (value.Length > MaxValueBytes) { throw new EngineException(ErrorCode.InvalidArgument, $"the value for {file} has more than {MaxValueBytes} characters"); }

        foreach (CgroupLocation location in Locations(cgroupPath))
        {
            using CgroupDirectory? directory = CgroupDirectory.TryOpen(location.MountPoint, location.Path);
            Errno answer = directory?.TryWrite(file, value) ?? Errno.ENOENT;
            if (answer is Errno.ENOENT) { continue; }

            if (answer != 0) { throw new EngineException(ErrorCode.InvalidArgument, $"the kernel does not take '{value}' for {location.Directory}/{file}: {answer}", "cgroups(7) says what each file takes"); }

            return;
        }

        throw Missing(file);
    }

    public static EngineException Missing(string file) => new(ErrorCode.NotFound, $"no cgroup of the container has a file {file}", "inro cgroup get CONTAINER lists what there is");

    private static CgroupFiles Read(CgroupLocation location)
    {
        List<KeyValuePair<string, string>> values = [];
        using CgroupDirectory? directory = CgroupDirectory.TryOpen(location.MountPoint, location.Path);
        if (directory is null) { return new CgroupFiles(location.Label, location.Directory, values); }

        foreach (string path in Directory.EnumerateFiles(location.Directory).Order(StringComparer.Ordinal))
        {
            string file = Path.GetFileName(path);
            string? value;
            try { value = directory.TryRead(file); }
            catch (LinuxException) { continue; } // may only be written
            if (value is not null) { values.Add(new(file, value.TrimEnd('\n'))); }
        }

        return new CgroupFiles(location.Label, location.Directory, values);
    }

    private static IReadOnlyList<CgroupLocation> Locations(string cgroupPath) =>
        CgroupPlan.Make(CgroupLayout.Read(), cgroupPath, cgroupPath, resources: null, rootless: Linux.Processes.EffectiveIds.User != 0).Locations;

    private static void Check(string file)
    {
        foreach (char c in file)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')) { throw new EngineException(ErrorCode.InvalidArgument, $"'{file}' is no name of a cgroup's file", "give a name such as memory.max"); }
        }

        if (file.Length == 0 || file[0] == '.') { throw new EngineException(ErrorCode.InvalidArgument, $"'{file}' is no name of a cgroup's file", "give a name such as memory.max"); }
    }
}
