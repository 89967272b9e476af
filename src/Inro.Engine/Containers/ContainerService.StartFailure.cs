using Inro.Engine.Shim;
using Inro.Spec;

namespace Inro.Engine.Containers;

/// <content>What becomes of a container whose start failed.</content>
public sealed partial class ContainerService
{
    /// <summary>A program that does not start: of another processor, that is told with what is missing.</summary>
    private (string Problem, string? Remedy) Explained(ShimException failure, ContainerRecord record)
    {
        if (!failure.Message.Contains(nameof(Linux.Errno.ENOEXEC), StringComparison.Ordinal) || images.TryResolve(record.ImageId) is not { } image) { return (failure.Message, failure.Remedy); }

        images.ReadDefaults(image, out Platform? platform);
        if (platform is null || PlatformChoice.IsNative(platform)) { return (failure.Message, failure.Remedy); }

        (string problem, string remedy) = ForeignPrograms.Explain(platform);
        return ($"{failure.Message}: {problem}", remedy);
    }

    private EngineException Problem(ContainerRecord record, ShimException failure)
    {
        (string message, string? remedy) = Explained(failure, record);
        bool isCommands = failure.ExitStatus is ExitStatuses.CommandNotFound or ExitStatuses.CommandNotExecutable;
        return new EngineException(isCommands ? ErrorCode.InvalidArgument : ErrorCode.Internal, message, remedy, failure) { CommandStatus = failure.ExitStatus };
    }

    /// <summary>After a failure: the journal's entry stays where the row is still in the midst of something, so that the next command takes it back.</summary>
    private void LeaveIfSettled(string id)
    {
        try
        {
            if (store.Read(() => table.Find(id)) is not { } row || !IsUnfinished(row.State)) { journal.Leave(id); }
        }
        catch (EngineException) { /* the database does not answer: the next command looks */ }
    }

    /// <summary>Not started: its shim takes back what it has prepared. Or its row could not be written: the process ends, and its shim has written all that it writes.</summary>
    private void TakeBack(ContainerRecord record, IWaitingShim shim, StartedContainer? started)
    {
        shim.Dispose();
        if (started is null) { return; }

        string run = paths.RunDirectory(record.Id);
        if (processes.Signal(run, SignalKill)) { processes.WaitForExit(run, KillDeadline); }

        started.Connection?.Dispose();
    }

    /// <summary>A start that failed leaves a created container with the reason, as docker does, or nothing with <c>--rm</c>.</summary>
    private void Failed(ContainerRecord record, EngineException failure, string? firstEvent)
    {
        reached("start: failed");
        processes.DestroyCgroup(record);
        UnmountVolumes(record);
        files.RemoveRun(record.Id);
        if (record.Config.AutoRemove)
        {
            Abandon(record);
            return;
        }

        store.Write(() =>
        {
            if (firstEvent is not null) { AddEvent(record, firstEvent); }

            table.SetFailed(record.Id, failure.Problem, failure.CommandStatus ?? ExitStatuses.RunFailed);
        });
    }
}
