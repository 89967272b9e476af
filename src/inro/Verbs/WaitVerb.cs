using System.Globalization;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro wait</c>: blocks until containers end, or are in a state that was named, then prints their exit codes.</summary>
internal sealed class WaitVerb : Verb
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(250);

    private readonly List<WaitCondition> conditions = [];
    private TimeSpan interval = FirstInterval;
    private bool takesFirst;
    private bool ignoresMissing;
    private bool latest;

    public override string Usage => "[OPTIONS] CONTAINER [CONTAINER...]";

    public override string Summary => "Block until one or more containers stop, then print their exit codes";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container wait", "wait"];

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table) => table
        .List("condition", '\0', "Wait for a state instead: " + string.Join(", ", WaitCondition.Names), v => conditions.Add(WaitCondition.Parse(v)), offers: Completion.Of([.. WaitCondition.Names]))
        .Switch("exit-first-match", '\0', "Stop waiting when the first of several containers is there", v => takesFirst = v)
        .Switch("ignore", '\0', "A container that is not there counts as one that has ended, with -1", v => ignoresMissing = v)
        .Text("interval", 'i', "Time between two looks at a state that was named", v => interval = WaitCondition.Interval(v), initially: "250ms")
        .Switch("latest", 'l', "Wait for the container that was made last", v => latest = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if ((operands.Count == 0) != latest)
        {
            throw new UsageException(latest ? "--latest and containers cannot be used together" : $"\"inro {Path}\" requires at least 1 argument.", ExitStatus.Failure);
        }

        if (latest) { operands = [ContainerSelection.Latest(session)]; }

        if (takesFirst) { return First(operands, session); }

        int status = ExitStatus.Success;
        foreach (string operand in operands)
        {
            try { Screen.WriteLine(Await(operand, session)); }
            catch (EngineException failure)
            {
                Failures.Tell(failure.Problem, failure.Remedy);
                status = ExitStatus.Failure;
            }
        }

        return status;
    }

    private int First(IReadOnlyList<string> operands, Session session)
    {
        List<WaitCondition> wanted = conditions.Count > 0 ? conditions : [WaitCondition.Ended];
        for (; ; )
        {
            foreach (string operand in operands)
            {
                if (Look(operand, session, wanted) is not { } answer) { continue; }

                Screen.WriteLine(answer);
                return ExitStatus.Success;
            }

            Thread.Sleep(interval);
        }
    }

    private string Await(string operand, Session session)
    {
        if (conditions.Count == 0) { return Exit(operand, session); }

        for (; ; )
        {
            if (Look(operand, session, conditions) is { } answer) { return answer; }

            Thread.Sleep(interval);
        }
    }

    /// <summary>The line to print, where one of the conditions holds.</summary>
    private string? Look(string operand, Session session, List<WaitCondition> wanted)
    {
        ContainerRecord record;
        try { record = session.Containers.Find(operand); }
        catch (EngineException none) when (none.Code == ErrorCode.NotFound && (ignoresMissing || wanted.Exists(static c => c.HoldsWithout))) { return "-1"; }

        return wanted.Exists(c => c.Holds(record)) ? (record.ExitCode ?? -1).ToString(CultureInfo.InvariantCulture) : null;
    }

    private string Exit(string operand, Session session)
    {
        ContainerExit? exit;
        try { exit = session.Containers.Wait(session.Containers.Find(operand).Id, deadline: null); }
        catch (EngineException none) when (none.Code == ErrorCode.NotFound && ignoresMissing) { return "-1"; }

        return exit?.ExitCode is { } code
            ? code.ToString(CultureInfo.InvariantCulture)
            : throw new EngineException(ErrorCode.Unavailable, $"nobody saw how container {operand} ended, so its exit code is not known");
    }
}
