using System.Globalization;
using System.Text.Json;
using Inro.Engine.Events;

namespace Inro.Engine.Containers;

/// <summary>What of a container is waited for.</summary>
public enum WaitFor
{
    /// <summary>It does not run, and its policy does not start it again. True at once of one that never ran.</summary>
    NotRunning,

    /// <summary>The next time that it ends, also where it is started again.</summary>
    NextExit,

    /// <summary>It is gone.</summary>
    Removed,
}

/// <content>Waiting for something that may be over, and forgotten, before anybody looks.</content>
public sealed partial class ContainerService
{
    private static readonly TimeSpan BetweenEventLooks = TimeSpan.FromMilliseconds(15);

    /// <summary>A look at the container itself, for ends that nobody has written down, is taken once in so many looks at the events.</summary>
    private const int LooksBetweenReconciles = 64;

    private const int EventBatch = 200;

    /// <summary>The point in history from which <see cref="Await"/> counts; taken before the caller is told that somebody waits.</summary>
    public long WaitPoint() => events.Last();

    /// <summary>Waits, however fast the container is: what happened since the point is read in the events.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="what">For what.</param>
    /// <param name="point">From <see cref="WaitPoint"/>.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How it ended last; the exit code is null where nobody saw it, and 0 where it never ran.</returns>
    public ContainerExit Await(string id, WaitFor what, long point, CancellationToken ct)
    {
        ContainerExit? seen = null;
        for (int look = 0; ; look++)
        {
            ContainerRecord? record = look % LooksBetweenReconciles == 0 ? Looked(id) : store.Read(() => table.Find(id)); // before the events: what came with a removal is read then
            seen = DieAfter(id, ref point) ?? seen;
            if (what == WaitFor.NextExit && seen is not null) { return seen; }

            if (record is null) { return seen ?? new ContainerExit(0, Now, OomKilled: false); }

            if (what == WaitFor.NotRunning && !IsRunning(record.State) && record.State != ContainerState.Starting)
            {
                return new ContainerExit(record.StartedNanoseconds == 0 && record.ExitCode is null ? 0 : record.ExitCode, record.FinishedNanoseconds, record.OomKilled);
            }

            Pause(BetweenEventLooks, ct);
        }
    }

    /// <summary>The record after what has gone wrong was put right; null: it is gone.</summary>
    private ContainerRecord? Looked(string id)
    {
        try
        {
            ContainerRecord record = Reconcile(Get(id));
            if (record is { State: ContainerState.Starting, RestartDelayNanoseconds: > 0 }) { RepairIfFree(id); }

            return record;
        }
        catch (EngineException gone) when (gone.Code == ErrorCode.NotFound) { return null; }
    }

    private ContainerExit? DieAfter(string id, ref long point)
    {
        ContainerExit? last = null;
        for (; ; )
        {
            IReadOnlyList<EventRecord> batch = events.After(point, EventBatch);
            foreach (EventRecord happened in batch)
            {
                point = happened.Number;
                if (happened is { Type: "container", Action: "die" } && happened.Actor == id) { last = new ContainerExit(CodeIn(happened.Attributes), happened.TimeNanoseconds, OomKilled: false); }
            }

            if (batch.Count < EventBatch) { return last; }
        }
    }

    private static int? CodeIn(string attributes)
    {
        using var all = JsonDocument.Parse(attributes);
        return all.RootElement.TryGetProperty("exitCode", out JsonElement text) && int.TryParse(text.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int code) ? code : null;
    }

    private static void Pause(TimeSpan time, CancellationToken ct)
    {
        ct.WaitHandle.WaitOne(time);
        ct.ThrowIfCancellationRequested();
    }
}
