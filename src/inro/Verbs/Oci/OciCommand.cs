using Inro.Cli.Output;
using Inro.Linux.Memory;
using Inro.Server;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;

namespace Inro.Cli.Verbs.Oci;

/// <summary>The program as an OCI runtime: runc's command line. A wrapper, not a person, is the usual caller, and goes by status and texts.</summary>
internal static class OciCommand
{
    /// <summary>Newest version of the specification that is followed.</summary>
    public const string SpecVersion = "1.3.0";

    /// <summary>Status of every failure, as runc has it; <c>run</c> and <c>exec</c> answer with the process's own otherwise.</summary>
    private const int Failure = 1;

    /// <summary>Status of an exec that did not come to its program.</summary>
    private const int ExecFailure = 255;

    private const int NoSuchCommand = 3;

    /// <summary>Runs one command.</summary>
    /// <returns>The exit status.</returns>
    public static int Run(string[] arguments)
    {
        var log = new OciLog();
        string verb = "";
        if (arguments.AsSpan().ContainsAny("run", "create")) { ProgramImage.MapFinely(); } // these touch most: their peak is counted against the container's start

        try
        {
            var globals = OciGlobals.Read(arguments, out int at);
            log = new OciLog(globals.Log, globals.LogFormat == "json", globals.Debug);
            if (globals.Version) { return Version(); }

            if (globals.Help || at == arguments.Length) { return Help(""); }

            verb = arguments[at];
            log.Debug($"{verb}, in {globals.Root}");
            return Dispatch(globals, log, verb, arguments.AsSpan(at + 1));
        }
        catch (OciUsageException e) { return Report(log, e); }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or UnauthorizedAccessException or TimeoutException or PlatformNotSupportedException)
        {
            bool isExec = verb is "exec";
            log.Error(isExec ? "exec failed: " + Text(e) : Text(e));
            return isExec ? ExecFailure : Failure;
        }
    }

    private static int Dispatch(OciGlobals globals, OciLog log, string verb, ReadOnlySpan<string> rest)
    {
        var flags = new OciFlags(verb, rest);
        return verb switch
        {
            "create" => CreateVerb.Run(globals, log, flags, start: false),
            "run" => CreateVerb.Run(globals, log, flags, start: true),
            "start" => StartVerb.Run(globals, log, flags),
            "state" => StateVerb.Run(globals, flags),
            "kill" => KillVerb.Run(globals, flags),
            "delete" => DeleteVerb.Run(globals, log, flags),
            "exec" => ExecVerb.Run(globals, log, flags),
            "list" => ListVerb.Run(globals, flags),
            "ps" => PsVerb.Run(globals, flags),
            "pause" => PauseVerb.Run(globals, log, flags, pause: true),
            "resume" => PauseVerb.Run(globals, log, flags, pause: false),
            "update" => UpdateVerb.Run(globals, log, flags),
            "checkpoint" => CheckpointVerb.Run(globals, log, flags),
            "restore" => RestoreVerb.Run(globals, log, flags),
            "events" => EventsVerb.Run(globals, flags),
            "spec" => SpecVerb.Run(flags),
            "features" => FeaturesVerb.Run(flags),
            "help" or "h" => Help(rest.IsEmpty ? "" : rest[0]),
            _ => throw NoTopic(verb),
        };
    }

    private static int Report(OciLog log, OciUsageException e)
    {
        if (e.IsHelp) { return Help(e.Verb ?? ""); }

        if (e.Verb is { } verb) { Screen.Write($"Incorrect Usage: {e.Message}\n\n{OciHelp.Of(verb)}"); }

        log.Error(e.Message);
        return e.Status;
    }

    private static string Text(Exception failure)
    {
        string? remedy = failure switch
        {
            RuntimeException e => e.Remedy,
            LaunchException e => e.Remedy,
            ResourceException e => e.Remedy,
            _ => null,
        };
        return remedy is null ? failure.Message : $"{failure.Message} (try: {remedy})";
    }

    private static int Version()
    {
        Screen.WriteLine($"inro-oci version {ProductVersion.Text}\nspec: {SpecVersion}");
        return 0;
    }

    private static int Help(string topic)
    {
        if (topic.Length > 0 && OciVerbHelp.Of(topic) is null) { throw NoTopic(topic); }

        Screen.Write(OciHelp.Of(topic));
        return 0;
    }

    private static OciUsageException NoTopic(string topic) => new($"No help topic for '{topic}'") { Status = NoSuchCommand };
}
