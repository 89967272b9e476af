using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Logs;
using Inro.Engine.Shim;

namespace Inro.Cli.Verbs;

/// <summary><c>inro logs</c>.</summary>
internal sealed class LogsVerb : Verb
{
    /// <summary>Between two looks at containers that write to nobody's knowledge.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

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

    public override int LeastOperands => 1;

    public override bool NeedsIds => true; // it may start a new shim, or remove what a killed command left

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) => table
        .Switch("details", '\0', "Show extra details provided to logs", v => details = v)
        .Switch("follow", 'f', "Follow log output", v => follow = v)
        .Switch("names", '\0', "Begin each line with the container's name", v => names = v)
        .Text("since", '\0', "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)", v => since = v)
        .Text("tail", 'n', "Number of lines to show from the end of the logs", v => tail = Lines(v), initially: "all")
        .Switch("timestamps", 't', "Show timestamps", v => timestamps = v)
        .Text("until", '\0', "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)", v => until = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        LogSelection selection = Selection(session.NowNanoseconds);
        ContainerRecord[] containers = [.. operands.Select(session.Containers.Find)];
        LogOutput output = new(timestamps, [.. containers.Select(c => Before(c, session))]);
        return containers.Length == 1 ? Show(containers[0], session, selection, output) : ShowMerged(containers, session, selection, output);
    }

    private int Show(ContainerRecord container, Session session, LogSelection selection, LogOutput output)
    {
        // Connected before the first read: what is written in between is then announced, not missed.
        ShimClient? shim = follow ? Connect(session, container.Id) : null;
        LogReader reader = Open(container, session, selection);
        using MergedLogs logs = new([reader]);
        output.WriteAll(logs);
        while (follow && !reader.IsFinished)
        {
            if (shim is not null)
            {
                using (shim) { FollowUntilItEnds(shim, reader, logs, output); }
            }

            shim = reader.IsFinished ? null : Reconnect(session, container.Id, shim is null || shim.IsLost);
            output.WriteAll(logs); // a new shim has read what waited for one
            if (shim is null && !AwaitsNextRun(session, container.Id)) { break; }
        }

        return ExitStatus.Success;
    }

    /// <summary>Several at once: none of them is waited for alone.</summary>
    private int ShowMerged(ContainerRecord[] containers, Session session, LogSelection selection, LogOutput output)
    {
        LogReader[] readers = [.. containers.Select(c => Open(c, session, selection))];
        using MergedLogs logs = new(readers);
        output.WriteAll(logs);
        using var interruption = new Interruption();
        while (follow && !interruption.Token.IsCancellationRequested && Array.Exists(readers, static r => !r.IsFinished))
        {
            bool isAnyAlive = Array.Exists(containers, c => IsAlive(session, c.Id)); // asked first: what came before the end is then read
            output.WriteAll(logs);
            if (!isAnyAlive) { break; }

            interruption.Token.WaitHandle.WaitOne(BetweenLooks);
        }

        return ExitStatus.Success;
    }

    private static LogReader Open(ContainerRecord container, Session session, LogSelection selection)
    {
        LogSettings settings = LogChoice.Of(container.Config, session.Paths.Bundle(container.Id));
        return settings.Driver == LogDriver.None
            ? throw new EngineException(ErrorCode.NotImplemented, "configured logging driver does not support reading", "run the container with --log-driver local, json-file or journald")
            : new LogReader(settings, selection);
    }

    private string Before(ContainerRecord container, Session session)
    {
        string name = names ? container.Name + " " : "";
        if (!details) { return name; }

        return name + LogChoice.Details(container, session.Containers.DefaultsOf(container)) + " ";
    }

    private static void FollowUntilItEnds(ShimClient shim, LogReader reader, MergedLogs logs, LogOutput output)
    {
        for (long seen = 0; !shim.IsFinished && !reader.IsFinished;)
        {
            seen = shim.AwaitLog(seen, timeout: null);
            output.WriteAll(logs);
        }
    }

    private static bool IsAlive(Session session, string id)
    {
        try { return session.Containers.Find(id).State is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting or ContainerState.Starting; }
        catch (EngineException gone) when (gone.Code == ErrorCode.NotFound) { return false; }
    }

    /// <summary>True after a moment where its policy is to start the container again; false: no run follows.</summary>
    private static bool AwaitsNextRun(Session session, string id)
    {
        if (!IsAlive(session, id)) { return false; }

        Thread.Sleep(BetweenLooks);
        return true;
    }

    private static ShimClient? Connect(Session session, string id) => ShimClient.TryConnect(session.Paths.RunDirectory(id));

    /// <summary>The shim went away: looking at the container starts another one where the container runs on.</summary>
    private static ShimClient? Reconnect(Session session, string id, bool wasLost)
    {
        if (!IsAlive(session, id)) { return null; }

        ShimClient? next = Connect(session, id);
        if (next is null || wasLost || !next.IsFinished) { return next; }

        next.Dispose(); // the one that has just ended, still there
        return null;
    }

    private LogSelection Selection(long now)
    {
        try
        {
            return new LogSelection
            {
                Tail = tail,
                SinceNanoseconds = since is null ? null : TimeArgument.Nanoseconds(since, now),
                UntilNanoseconds = until is null ? null : TimeArgument.Nanoseconds(until, now),
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
