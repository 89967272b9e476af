using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <content>Letting a container stand still for as long as somebody reads its files.</content>
public sealed partial class ContainerService
{
    /// <summary>Pauses a container that runs until the result is disposed; a kill in between is put right by the next command.</summary>
    /// <param name="record">One that stands still already stays so.</param>
    /// <returns>Null: it does not run, or is paused anyway.</returns>
    /// <exception cref="EngineException">PreconditionFailed: it cannot be paused. Unavailable: another command has paused it for itself and does not end.</exception>
    internal IDisposable? Freeze(ContainerRecord record)
    {
        if (record.State != ContainerState.Running) { return null; }

        FileLock sign = journal.TryEnterFrozen(record.Id, LockDeadline) ?? throw new EngineException(
            ErrorCode.Unavailable,
            $"container {record.Name} is paused by another command that reads its files",
            "try again when that has ended, or do it with --pause=false");
        try
        {
            Pause(record.Id);
            return new Frozen(this, record.Id, sign);
        }
        catch
        {
            journal.LeaveFrozen(record.Id);
            sign.Dispose();
            throw;
        }
    }

    /// <summary>Containers that stand still for a command that was killed go on.</summary>
    private void ThawLeft()
    {
        foreach (string id in journal.ListFrozen())
        {
            using FileLock? sign = journal.TryEnterFrozen(id, TimeSpan.Zero);
            if (sign is null) { continue; } // the command is at work

            Thaw(id);
            journal.LeaveFrozen(id);
        }
    }

    private void Thaw(string id)
    {
        try { Unpause(id); }
        catch (EngineException settled) when (settled.Code is ErrorCode.Conflict or ErrorCode.NotFound) { /* it has ended, or somebody has let it go on */ }
    }

    private sealed class Frozen(ContainerService containers, string id, FileLock sign) : IDisposable
    {
        public void Dispose()
        {
            try { containers.Thaw(id); }
            finally
            {
                containers.journal.LeaveFrozen(id);
                sign.Dispose();
            }
        }
    }
}
