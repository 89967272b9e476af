using System.Text;
using Inro.Engine;
using Inro.Engine.Events;
using Inro.Engine.Views;
using Inro.Server.Http;

namespace Inro.Server.DockerApi;

/// <summary><c>GET /events</c>: one JSON object a line, from <c>since</c> on, until <c>until</c> or the client goes.</summary>
internal static class EventsEndpoint
{
    private const int BatchEvents = 500;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    public static Operation[] All => [new("GET", "/events", Follow)];

    private static void Follow(ApiRequest request)
    {
        EventLog events = request.Engine.Events;
        var conditions = new EventConditions(Checked(request.Parameters.Filters()));
        long? end = request.Parameters.Time("until");
        long number = request.Parameters.Time("since") is { } begin ? events.LastBefore(begin) : events.Last();
        Stream output = request.Begin("application/json");
        while (!request.Ended.IsCancellationRequested)
        {
            bool isOver = end is { } limit && EngineSession.NowNanoseconds >= limit; // asked first: what came before the end is then read
            IReadOnlyList<EventRecord> batch = events.After(number, BatchEvents);
            foreach (EventRecord shown in batch)
            {
                if (shown.TimeNanoseconds <= (end ?? long.MaxValue) && conditions.Match(shown)) { output.Write(Encoding.UTF8.GetBytes(EventView.Json(shown) + "\n")); }

                number = shown.Number;
            }

            if (batch.Count > 0) { output.Flush(); }

            if (batch.Count == BatchEvents) { continue; }

            if (isOver) { break; }

            request.Ended.WaitHandle.WaitOne(BetweenLooks);
        }
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Checked(IReadOnlyList<KeyValuePair<string, string>> conditions)
    {
        foreach ((string name, _) in conditions)
        {
            if (!EventConditions.Names.Contains(name, StringComparer.Ordinal) && name is not ("daemon" or "plugin" or "service" or "node" or "secret" or "config"))
            {
                throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter '{name}'");
            }
        }

        return conditions;
    }
}
