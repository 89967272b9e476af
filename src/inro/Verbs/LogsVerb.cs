using Inro.Engine;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;
using Inro.Engine.Following;
using Inro.Engine.Logs;

namespace Inro.Cli.Verbs;

/// <summary><c>inro logs</c>.</summary>
internal sealed class LogsVerb : Verb
{
    private readonly ContainerSelection chosen = new(states: null);

    private const int FirstColor = 31; // red; SGR of a terminal, ECMA-48
    private const int Colors = 6;

    private bool colors;
    private bool details;
    private bool names;
    private bool follow;
    private bool timestamps;
    private int? tail;
    private string? since;
    private string? until;

    public override string Usage => "[OPTIONS] CONTAINER [CONTAINER...]";

    public override string Summary => "Fetch the logs of a container, or of several in the order of time";

    public override string[] Aliases => ["container logs", "logs"];

    public override ContainerSelection? Selection => chosen;

    public override int LeastOperands => 1;

    public override bool NeedsIds => true; // it may start a new shim, or remove what a killed command left

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("color", '\0', "Begin each line with the container's name or id, each container's in another color", v => colors = v)
            .Switch("details", '\0', "Show extra details provided to logs", v => details = v)
            .Switch("follow", 'f', "Follow log output", v => follow = v)
            .Switch("names", '\0', "Begin each line with the container's name", v => names = v)
            .Text("since", '\0', "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)", v => since = v)
            .Text("tail", 'n', "Number of lines to show from the end of the logs", v => tail = Lines(v), initially: "all")
            .Switch("timestamps", 't', "Show timestamps", v => timestamps = v)
            .Text("until", '\0', "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)", v => until = v);
        chosen.AddLatest(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        LogSelection selection = Wanted(session.NowNanoseconds);
        ContainerRecord[] containers = [.. operands.Select(session.Containers.Find)];
        LogOutput output = new(timestamps, [.. containers.Select((c, i) => Before(c, i, session))]);
        return containers.Length == 1 ? Show(containers[0], session, selection, output) : ShowMerged(containers, session, selection, output);
    }

    private int Show(ContainerRecord container, Session session, LogSelection selection, LogOutput output)
    {
        new LogFollower(session.Engine, container).Run(selection, follow, output.WriteAll, CancellationToken.None);
        return ExitStatus.Success;
    }

    /// <summary>Several at once: none of them is waited for alone.</summary>
    private int ShowMerged(ContainerRecord[] containers, Session session, LogSelection selection, LogOutput output)
    {
        LogReader[] readers = [.. containers.Select(c => LogFollower.Open(session.Engine, c, selection))];
        using MergedLogs logs = new(readers);
        output.WriteAll(logs);
        using var interruption = new Interruption();
        while (follow && !interruption.Token.IsCancellationRequested && Array.Exists(readers, static r => !r.IsFinished))
        {
            bool isAnyAlive = Array.Exists(containers, c => LogFollower.IsAlive(session.Engine, c.Id)); // asked first: what came before the end is then read
            output.WriteAll(logs);
            if (!isAnyAlive) { break; }

            interruption.Token.WaitHandle.WaitOne(LogFollower.BetweenLooks);
        }

        return ExitStatus.Success;
    }

    private string Before(ContainerRecord container, int number, Session session)
    {
        string name = names ? container.Name + " " : colors ? container.Id[..12] + " " : "";
        if (colors) { name = $"\u001b[{FirstColor + (number % Colors)}m{name}\u001b[0m"; }

        if (!details) { return name; }

        return name + LogFollower.DetailsOf(session.Engine, container);
    }

    private LogSelection Wanted(long now)
    {
        try
        {
            return new LogSelection
            {
                Tail = tail,
                SinceNanoseconds = since is null ? null : PointInTime.Nanoseconds(since, now),
                UntilNanoseconds = until is null ? null : PointInTime.Nanoseconds(until, now),
            };
        }
        catch (FormatException reason)
        {
            throw new UsageException(reason.Message, ExitStatus.Failure);
        }
    }

    /// <summary>All, as in docker, for the word and for every negative number.</summary>
    private static int? Lines(string text) => text == "all" || FlagValue.Whole(text, most: int.MaxValue) < 0 ? null : (int)FlagValue.Whole(text);
}
