using Inro.Engine.Statistics;
using Inro.Engine.Shim;

namespace Inro.Engine.Containers;

/// <content>What runs in containers, and what that uses.</content>
public sealed partial class ContainerService
{
    /// <summary>What a running container has used; null: it does not run. Takes no lock and waits for nobody.</summary>
    public ContainerUsage? UsageOf(string id)
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

    private static EngineException Restarting(ContainerRecord record) =>
        new(ErrorCode.Conflict, $"Container {record.Id} is restarting, wait until the container is running", $"inro wait --condition running {record.Name}");
}
