using Inro.Engine.Statistics;
using Inro.Engine.Shim;

namespace Inro.Engine.Containers;

/// <content>What runs in containers, and what that uses.</content>
public sealed partial class ContainerService
{
    /// <summary>What a running container has used; null: it does not run. Takes no lock and waits for nobody.</summary>
    public ResourceUsage? UsageOf(string id)
    {
        ContainerRecord? record = store.Read(() => table.Find(id));
        if (record is null || record.State is not (ContainerState.Running or ContainerState.Paused)) { return null; }

        return processes.ReadUsage(record.CgroupPath, record.Config.NetworkMode == "host" ? 0 : record.Pid, Now);
    }

    /// <summary>Pids of all processes of a running container, as this host numbers them.</summary>
    /// <exception cref="EngineException">Conflict: it does not run.</exception>
    public IReadOnlyList<int> ProcessesOf(string id)
    {
        ContainerRecord record = RequireRunning(id, ErrorCode.Conflict);
        if (record.State == ContainerState.Restarting) { throw Restarting(record); }

        IReadOnlyList<int> found = processes.ListProcesses(record.CgroupPath);
        return found.Count > 0 || processes.ReadStatus(paths.RunDirectory(id)) is not { State: ShimState.Running } status ? found : [status.Pid]; // an ordinary user's may have no cgroup
    }

    /// <summary>The first process of a running container, as this host numbers it, and all files of its cgroups.</summary>
    /// <exception cref="EngineException">Conflict: it does not run.</exception>
    public (int Pid, IReadOnlyList<CgroupFiles> Cgroups) ReadRunning(string id)
    {
        ContainerRecord record = RequireRunning(id, ErrorCode.Conflict);
        bool runs = processes.ReadStatus(paths.RunDirectory(id)) is { State: ShimState.Running } status && processes.IsAlive(status);
        return runs ? (record.Pid, ContainerCgroups.ReadAll(record.CgroupPath)) : throw NotRunning(record, ErrorCode.Conflict);
    }

    /// <summary>Files of a running container's cgroups and what they say: those named, or all.</summary>
    /// <exception cref="EngineException">Conflict: it does not run. NotFound: there is no such file.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> ReadCgroup(string id, IReadOnlyList<string> files)
    {
        string path = RequireRunning(id, ErrorCode.Conflict).CgroupPath;
        return files.Count == 0
            ? [.. ContainerCgroups.ReadAll(path).SelectMany(static c => c.Values)]
            : [.. files.Select(f => new KeyValuePair<string, string>(f, (ContainerCgroups.Read(path, f) ?? throw ContainerCgroups.Missing(f)).TrimEnd('\n')))];
    }

    /// <summary>Writes files of a running container's cgroups, one after the other; it holds until the container ends.</summary>
    /// <exception cref="EngineException">Conflict: it does not run. NotFound: there is no such file. InvalidArgument: the kernel does not take a value; those before it stay.</exception>
    public void WriteCgroup(string id, IReadOnlyList<KeyValuePair<string, string>> values)
    {
        string path = RequireRunning(id, ErrorCode.Conflict).CgroupPath;
        foreach ((string file, string value) in values) { ContainerCgroups.Write(path, file, value); }
    }

    private static EngineException Restarting(ContainerRecord record) =>
        new(ErrorCode.Conflict, $"Container {record.Id} is restarting, wait until the container is running", $"inro wait --condition running {record.Name}");
}
