using Inro.Engine.Containers.Compose;
using Inro.Linux.Files;
using Inro.Runtime;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers;

/// <content>Changing a container that is there.</content>
public sealed partial class ContainerService
{
    /// <summary>Gives a container other limits and another restart policy; one that runs has them at once.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="change">Makes the new configuration out of the one that holds; only limits and the policy may differ.</param>
    /// <returns>What cannot be kept on this host, for people.</returns>
    /// <exception cref="EngineException">InvalidArgument: the limits contradict each other or the policy <c>--rm</c>. PreconditionFailed: the kernel refuses a limit; the old ones stay written down.</exception>
    public IReadOnlyList<string> Update(string id, Func<ContainerConfig, ContainerConfig> change)
    {
        using FileLock held = Lock(id);
        List<string> warnings = [];
        try
        {
            ContainerRecord record = Finished(Get(id), held);
            ContainerConfig after = OverruledFiles.Leave(record.Config, change(record.Config));
            CheckChange(record, after);
            LinuxResources wanted = ResourceComposer.Compose(after, HostFactsReader.Read(after), devices: [], warnings);
            if (record.State is ContainerState.Running or ContainerState.Paused or ContainerState.Initialized) { Limit(record, wanted); }

            store.Write(() =>
            {
                table.SetConfig(id, after);
                AddEvent(record, "update");
            });
        }
        finally { journal.Leave(id); }

        events.Ring();
        return warnings;
    }

    private static void CheckChange(ContainerRecord record, ContainerConfig after)
    {
        if (after.AutoRemove && RestartPolicies.KindOf(after.Restart) != RestartKind.No)
        {
            throw new EngineException(ErrorCode.InvalidArgument, "Restart policy cannot be updated because AutoRemove is enabled for the container", "make a container without --rm");
        }

        bool swapStays = after.MemorySwapBytes == record.Config.MemorySwapBytes && record.Config.MemorySwapBytes is > 0;
        if (swapStays && after.MemoryBytes > after.MemorySwapBytes)
        {
            throw new EngineException(
                ErrorCode.InvalidArgument,
                "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
                "give --memory-swap, too");
        }
    }

    private void Limit(ContainerRecord record, LinuxResources wanted)
    {
        try
        {
            if (record.Config.Runtime is not null)
            {
                processes.Limit(record.CgroupPath, wanted);
                return;
            }

            using var runtime = new ContainerRuntime(paths.RuntimeState, paths.FilterCache);
            runtime.Update(record.Id, wanted);
        }
        catch (RuntimeException failure) when (failure.Error is RuntimeError.WrongState or RuntimeError.NotFound) { /* it has just ended: the next start has them */ }
        catch (ResourceException failure) { throw new EngineException(ErrorCode.PreconditionFailed, $"Cannot update container {record.Id}: {failure.Message}", failure.Remedy, failure); }
    }
}
