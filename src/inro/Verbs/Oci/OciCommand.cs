using Inro.Cli.Output;
using Inro.Engine;
using Inro.Server;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;

namespace Inro.Cli.Verbs.Oci;

/// <summary>The program as an OCI runtime: runc's command line. A wrapper, not a person, is the usual caller, and goes by status and texts.</summary>
internal static class OciCommand
{
    /// <summary>Status of every failure, as runc has it; <c>run</c> and <c>exec</c> answer with the process's own otherwise.</summary>
    private const int Failure = 1;

    /// <summary>Runs one command.</summary>
    /// <returns>The exit status.</returns>
    public static int Run(string[] arguments)
    {
        var log = new OciLog();
        try
        {
            var globals = OciGlobals.Read(arguments, out int verb);
            log = new OciLog(globals.Log, globals.LogFormat == "json", globals.Debug);
            if (globals.Version || verb < arguments.Length && arguments[verb] is "version") { return Version(); }

            if (globals.Help || verb == arguments.Length) { return Help(); }

            return Dispatch(globals, log, arguments[verb], arguments.AsSpan(verb + 1));
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException or TimeoutException or OciUsageException or PlatformNotSupportedException)
        {
            log.Error(Text(e));
            return Status(e);
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
            "help" => Help(),
            _ => throw new OciUsageException($"no such command: {verb}"),
        };
    }

    private static int Status(Exception failure) => failure switch
    {
        RuntimeException { Error: RuntimeError.ProgramNotFound } => ExitStatuses.CommandNotFound,
        RuntimeException { Error: RuntimeError.ProgramNotExecutable } => ExitStatuses.CommandNotExecutable,
        _ => Failure,
    };

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

    private static int Help()
    {
        Screen.WriteLine("""
            Usage: inro-oci [--root DIR] [--log FILE] [--log-format text|json] [--debug] COMMAND

            Commands:
              create  make a container from a bundle; its program waits for start
              start   run the program of a created container
              run     create and start
              exec    run a further process in a running container
              kill    send a signal
              delete  give back what a stopped container holds
              state   describe a container as JSON
              list    list containers
            """);
        return 0;
    }

    /// <summary>Newest version of the specification that is followed.</summary>
    public const string SpecVersion = "1.3.0";
}

/// <summary>The command line is not what it should be.</summary>
internal sealed class OciUsageException(string problem) : Exception(problem);
