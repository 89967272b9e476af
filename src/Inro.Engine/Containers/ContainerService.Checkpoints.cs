using Inro.Engine.Shim;
using Inro.Linux.Files;
using Inro.Runtime;

namespace Inro.Engine.Containers;

/// <content>Writing running containers to disk. What was written belongs to the container, or to a directory that was named.</content>
public sealed partial class ContainerService
{
    private const string Criu = "criu";

    /// <summary>Writes a running container's processes to disk; they end, unless they are left running.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="checkpoint">What it is to be called, and where it goes.</param>
    /// <param name="leavesRunning">The container runs on.</param>
    /// <exception cref="EngineException">Conflict: it does not run. AlreadyExists: the name is taken. PreconditionFailed: criu is missing. NotImplemented: not for this container. Internal: criu's reason; the container runs on, and nothing is left.</exception>
    public void Checkpoint(string id, CheckpointPlace checkpoint, bool leavesRunning)
    {
        ContainerRecord record = Reconcile(Get(id));
        if (record.State != ContainerState.Running) { throw new EngineException(ErrorCode.Conflict, $"Container {record.Id} not running", record.State == ContainerState.Paused ? $"inro unpause {record.Name}" : $"inro start {record.Name}"); }

        if (record.Config.Tty) { throw new EngineException(ErrorCode.InvalidArgument, "checkpoint not supported on containers with tty", "make the container without -t"); }

        RequireCriu(record);
        CheckpointDirectory place = PlaceOf(record, checkpoint);
        string written = place.Make(record.Name);
        bool wasStopped = record.IsStopped;
        if (!leavesRunning) { _ = MarkStopped(ref record); } // its processes end on purpose: the policy hears that before it hears of their end
        try
        {
            using var runtime = new ContainerRuntime(paths.RuntimeState, paths.FilterCache);
            runtime.Checkpoint(ContainerCheckpoints.Writing(record.Id, paths.Bundle(record.Id), written, leavesRunning));
        }
        catch (Exception failure)
        {
            place.Remove(record.Name);
            store.Write(() => table.SetStopped(id, wasStopped));
            throw failure is RuntimeException reason
                ? new EngineException(reason.Error is RuntimeError.WrongState or RuntimeError.NotFound ? ErrorCode.Conflict : ErrorCode.Internal, $"Cannot checkpoint container {record.Name}: {reason.Message}", reason.Remedy, reason)
                : failure;
        }

        reached("checkpoint: written");
        Written(record, leavesRunning);
    }

    /// <summary>The names of a container's checkpoints.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="directory">Absolute path of the directory that holds them; null: the container's own.</param>
    public IReadOnlyList<string> ListCheckpoints(string id, string? directory) => CheckpointDirectory.List(directory ?? CheckpointsOf(Get(id)));

    /// <summary>Removes a checkpoint.</summary>
    /// <exception cref="EngineException">NotFound: there is none of that name.</exception>
    public void RemoveCheckpoint(string id, CheckpointPlace checkpoint)
    {
        ContainerRecord record = Get(id);
        PlaceOf(record, checkpoint).Remove(record.Name);
    }

    private void Written(ContainerRecord record, bool leavesRunning)
    {
        if (!leavesRunning)
        {
            ExitRecord exit = processes.WaitForExit(paths.RunDirectory(record.Id), KillDeadline) ?? EndOfUnwatched(record);
            Exited(record.Id, ToExit(exit), record.StartedNanoseconds);
        }

        store.Write(() => AddEvent(record, "checkpoint")); // of its own: another command may have written the end down
        events.Ring();
    }

    private CheckpointDirectory PlaceOf(ContainerRecord record, CheckpointPlace place) => new(place.Directory ?? CheckpointsOf(record), place.Name);

    private string CheckpointsOf(ContainerRecord record) => paths.Bundle(record.Id) + "/checkpoints";

    private void RequireCriu(ContainerRecord record)
    {
        if (!paths.IsRootful) { throw new EngineException(ErrorCode.NotImplemented, "checkpoints are for root: criu wants root", "run the container as root"); }

        if (record.Config.Runtime is not null) { throw new EngineException(ErrorCode.NotImplemented, $"checkpoints of containers of another OCI runtime ({record.Config.Runtime}) are not taken", "make the container without --runtime"); }

        if (UsersOf(record.Config) is { TakesRange: true } or { Given: not null }) { throw new EngineException(ErrorCode.NotImplemented, $"checkpoints of containers with --userns {record.Config.UserNamespace} are not taken: criu does not restore layers with mapped ids", "make the container without --userns"); }

        if (HostPrograms.Find(Criu) is null) { throw new EngineException(ErrorCode.PreconditionFailed, $"the program {Criu}, which writes processes to disk and restores them, is not installed", "install the package criu: apt-get install criu"); }
    }
}
