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
    private bool follow;
    private bool timestamps;
    private int? tail;
    private string? since;
    private string? until;

    public override string Usage => "[OPTIONS] CONTAINER";

    public override string Summary => "Fetch the logs of a container";

    public override string[] Aliases => ["container logs", "logs"];

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override bool NeedsIds => true; // it may start a new shim, or remove what a killed command left

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) => table
        .Switch("follow", 'f', "Follow log output", v => follow = v)
        .Text("since", '\0', "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)", v => since = v)
        .Text("tail", 'n', "Number of lines to show from the end of the logs", v => tail = Lines(v), initially: "all")
        .Switch("timestamps", 't', "Show timestamps", v => timestamps = v)
        .Text("until", '\0', "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)", v => until = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        LogSelection selection = Selection(session.NowNanoseconds);
        ContainerRecord container = session.Containers.Find(operands[0]);
        LogSettings settings = LogChoice.Of(container.Config, session.Paths.Bundle(container.Id));
        if (settings.Driver == LogDriver.None)
        {
            throw new EngineException(ErrorCode.NotImplemented, "configured logging driver does not support reading", "run the container with --log-driver json-file");
        }

        // Connected before the first read: what is written in between is then announced, not missed.
        ShimClient? shim = follow ? Connect(session, container.Id) : null;
        using LogReader reader = new(settings, selection);
        LogOutput output = new(timestamps);
        output.WriteAll(reader);
        while (shim is not null)
        {
            using (shim) { FollowUntilItEnds(shim, reader, output); }

            shim = shim.IsLost && !reader.IsFinished ? Reconnect(session, container.Id) : null;
            output.WriteAll(reader); // a new shim has read what waited for one
        }

        return ExitStatus.Success;
    }

    private static void FollowUntilItEnds(ShimClient shim, LogReader reader, LogOutput output)
    {
        for (long seen = 0; !shim.IsFinished && !reader.IsFinished;)
        {
            seen = shim.AwaitLog(seen, timeout: null);
            output.WriteAll(reader);
        }
    }

    private static ShimClient? Connect(Session session, string id) => ShimClient.TryConnect(session.Paths.RunDirectory(id));

    /// <summary>The shim went away: looking at the container starts another one where the container runs on.</summary>
    private static ShimClient? Reconnect(Session session, string id)
    {
        try { session.Containers.Find(id); }
        catch (EngineException gone) when (gone.Code == ErrorCode.NotFound) { return null; }

        return Connect(session, id);
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
