using Inro.Engine.Metadata;

namespace Inro.Engine.Events;

/// <summary>One thing that happened.</summary>
/// <param name="Number">Grows by one; gaps never.</param>
/// <param name="TimeNanoseconds">Nanoseconds since 1970 UTC.</param>
/// <param name="Type"><c>container</c>, <c>image</c>, <c>volume</c>, <c>network</c>.</param>
/// <param name="Action"><c>create</c>, <c>start</c>, <c>die</c>, <c>destroy</c>, …</param>
/// <param name="Actor">Id or name of what it happened to.</param>
/// <param name="Attributes">A JSON object of strings.</param>
public sealed record EventRecord(long Number, long TimeNanoseconds, string Type, string Action, string Actor, string Attributes);

/// <summary>What happened, in the same transactions as the changes themselves.</summary>
public sealed class EventLog(MetadataStore store, string bell)
{
    /// <summary>Older events are forgotten.</summary>
    public const int MaxEvents = 10_000;

    /// <summary>Forgetting is done once in so many events, a page at a time.</summary>
    private const int ForgetEvery = 256;

    /// <summary>Adds an event to the transaction that is open.</summary>
    public void Add(long timeNanoseconds, string type, string action, string actor, string attributes)
    {
        using Statement insert = store.Prepare("INSERT INTO events(time, type, action, actor, attributes) VALUES(?, ?, ?, ?, ?) RETURNING n");
        insert.Bind(1, timeNanoseconds);
        insert.Bind(2, type);
        insert.Bind(3, action);
        insert.Bind(4, actor);
        insert.Bind(5, attributes);
        long number = insert.Step() ? insert.Number(0) : 0;
        insert.Run();
        if (number % ForgetEvery == 0) { Forget(number - MaxEvents); }
    }

    /// <summary>Tells followers, after the commit. Costs one look where nobody follows.</summary>
    public void Ring()
    {
        if (File.Exists(bell)) { File.WriteAllBytes(bell, "!"u8); }
    }

    /// <summary>Events after a number, oldest first.</summary>
    public IReadOnlyList<EventRecord> After(long number, int limit) => store.Read(() =>
    {
        List<EventRecord> found = [];
        using Statement select = store.Prepare("SELECT n, time, type, action, actor, attributes FROM events WHERE n > ? ORDER BY n LIMIT ?");
        select.Bind(1, number);
        select.Bind(2, (long)limit);
        while (select.Step())
        {
            found.Add(new EventRecord(select.Number(0), select.Number(1), select.Text(2), select.Text(3), select.Text(4), select.Text(5)));
        }

        return found;
    });

    /// <summary>Number of the last event; 0 where there is none.</summary>
    public long Last() => store.Read(() =>
    {
        using Statement select = store.Prepare("SELECT coalesce(max(n), 0) FROM events");
        return select.Step() ? select.Number(0) : 0;
    });

    /// <summary>Number of the last event before a time; 0 where there is none.</summary>
    /// <param name="nanoseconds">Since 1970 UTC.</param>
    public long LastBefore(long nanoseconds) => store.Read(() =>
    {
        using Statement select = store.Prepare("SELECT coalesce(max(n), 0) FROM events WHERE time < ?");
        select.Bind(1, nanoseconds);
        return select.Step() ? select.Number(0) : 0;
    });

    private void Forget(long upTo)
    {
        using Statement delete = store.Prepare("DELETE FROM events WHERE n <= ?");
        delete.Bind(1, upTo);
        delete.Run();
    }
}
