using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Runtime.Checkpoint;
using Inro.Runtime.State;

namespace Inro.Runtime;

public sealed partial class ContainerRuntime
{
    /// <summary>Writes a running or paused container to disk. Unless it is left running, it is ended and deleted then.</summary>
    /// <exception cref="RuntimeException">There is no such container, it does not run, or criu is missing, does not work here or failed; the container runs on.</exception>
    public void Checkpoint(CheckpointRequest request)
    {
        using (DirFd directory = _store.Open(request.Id))
        using (StateStore.Lock(directory))
        {
            ContainerState state = StateStore.Read(directory, request.Id, lookForPause: true);
            if (state.Status is not (ContainerStatus.Running or ContainerStatus.Paused))
            {
                throw new RuntimeException(RuntimeError.WrongState, $"Container cannot be checkpointed in {StateDocument.Name(state.Status)} state");
            }

            using PidFd? process = OpenProcess(state); // held, so that its pid stays its own
            if (process is null) { throw new RuntimeException(RuntimeError.WrongState, $"container not running: {request.Id}"); }

            new Dump(request, state, ReadBundle(state.Bundle)).Run();
        }

        if (request.Deletes && !request.Options.LeaveRunning && !request.Options.PreDump) { Delete(request.Id, force: true, request.Warn); }
    }
}
