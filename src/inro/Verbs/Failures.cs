using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Shim;
using Inro.Engine.Templates;
using Inro.Linux;

namespace Inro.Cli.Verbs;

/// <summary>Tells a person what failed: <c>inro: problem</c>, then <c>try: remedy</c>, both on standard error.</summary>
internal static class Failures
{
    /// <summary>Prints the failure and returns the exit status that goes with it.</summary>
    public static int Report(Exception failure, Verb? verb, bool isDebug)
    {
        bool runs = verb?.RunsCommand == true;
        int own = verb?.OwnFailure ?? ExitStatus.Failure;
        switch (failure)
        {
            case UsageException usage:
                Usage(usage, verb);
                return usage.Status;
            case EngineException engine:
                Tell(engine.Problem, engine.Remedy);
                return ExitStatuses.Of(engine, runs, own);
            case ShimException shim:
                Tell(shim.Message, shim.Remedy);
                return runs ? shim.ExitStatus : ExitStatus.Failure;
            case TemplateException template:
                Tell($"template parsing error: {template.Message}", remedy: null);
                return own;
            case LinuxException { Errno: Errno.EPIPE, Call: "write" }:
                return ExitStatus.BrokenPipe;
            case IOException full when FullDisk.Is(full):
                Tell(full.Message, "make room on that file system, then try again");
                return own;
            default:
                Tell(isDebug ? failure.ToString() : failure.Message, isDebug ? null : "the same with inro --debug, which shows where it failed");
                return own;
        }
    }

    /// <summary>Prints one problem, and its remedy where there is one.</summary>
    public static void Tell(string problem, string? remedy)
    {
        Screen.WriteError($"inro: {ScreenText.Of(problem)}");
        if (remedy is not null) { Screen.WriteError($"try: {ScreenText.Of(remedy)}"); }
    }

    private static void Usage(UsageException usage, Verb? verb)
    {
        string path = verb is null ? "" : " " + verb.Path;
        Screen.WriteError($"inro: {usage.Message}\nSee 'inro{path} --help'.");
        if (usage.ShowUsage && verb is not null) { Screen.WriteError($"\nUsage:  inro {verb.Path} {verb.Usage}\n\n{verb.Summary}"); }
    }
}
