using Inro.Engine;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Events;
using Inro.Engine.Templates;
using Inro.Engine.Views;

namespace Inro.Cli.Verbs;

/// <summary><c>inro events</c>: what happened, and what happens.</summary>
internal sealed class EventsVerb : Verb
{
    private const int BatchEvents = 500;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly FilterFlag filter = new(EventConditions.Names);
    private string? since;
    private string? until;
    private string? format;
    private bool streams = true;
    private bool isFull = true;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Get real time events from the engine";

    public override string[] Aliases => ["system events", "events"];

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table)
    {
        filter.AddTo(table);
        table
            .Text("format", '\0', "Format output using a custom template: 'json' or a Go template", v => format = v, offers: Completion.Of("json"))
            .Switch("no-trunc", '\0', "Do not truncate ids", v => isFull = v, initially: true)
            .Text("since", '\0', "Show all events created since timestamp", v => since = v)
            .Switch("stream", '\0', "Go on with what happens from now on; false: print what happened, and leave", v => streams = v, initially: true)
            .Text("until", '\0', "Stream events until this timestamp", v => until = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        Func<EventRecord, string> show = Show();
        var conditions = new EventConditions(filter.Conditions);
        EventLog events = session.Events;
        long? end = Time(until, "until", session) ?? (streams ? null : session.NowNanoseconds);
        long number = Time(since, "since", session) is { } begin ? events.LastBefore(begin) : streams ? events.Last() : events.LastBefore(0);
        using var interruption = new Interruption();
        while (!interruption.Token.IsCancellationRequested)
        {
            bool isOver = end is { } limit && session.NowNanoseconds >= limit; // asked first: what came before the end is then read
            IReadOnlyList<EventRecord> batch = events.After(number, BatchEvents);
            foreach (EventRecord shown in batch)
            {
                if (shown.TimeNanoseconds <= (end ?? long.MaxValue) && conditions.Match(shown)) { Screen.WriteLine(show(shown)); }

                number = shown.Number;
            }

            if (batch.Count == BatchEvents) { continue; }

            if (isOver) { break; }

            interruption.Token.WaitHandle.WaitOne(BetweenLooks);
        }

        return ExitStatus.Success;
    }

    private Func<EventRecord, string> Show()
    {
        if (format is null or "") { return shown => EventRows.Line(shown, isFull); }

        if (format is "json" or "{{json .}}") { return EventView.Json; }

        Template template = Template.Parse(format);
        return shown => template.Render(EventRows.Fields(shown));
    }

    private static long? Time(string? typed, string flag, Session session)
    {
        if (typed is null) { return null; }

        try { return PointInTime.Nanoseconds(typed, session.NowNanoseconds); }
        catch (FormatException wrong) { throw new UsageException($"invalid argument \"{typed}\" for \"--{flag}\" flag: {wrong.Message}", ExitStatus.Failure); }
    }
}
