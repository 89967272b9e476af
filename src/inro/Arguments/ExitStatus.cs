using Inro.Engine;

namespace Inro.Cli.Arguments;

/// <summary>Exit statuses of the program, docker's where docker has one.</summary>
internal static class ExitStatus
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>A verb other than run, create, start and exec failed.</summary>
    public const int Failure = ExitStatuses.VerbFailed;

    /// <summary>The engine or a flag refused before the container's command was reached.</summary>
    public const int Refused = ExitStatuses.RunFailed;

    /// <summary>Added to a signal's number when that signal ended the process.</summary>
    public const int SignalBase = 128;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = SignalBase + 2;

    /// <summary>SIGPIPE's number: what a program killed by a closed pipe is reported with.</summary>
    public const int BrokenPipe = SignalBase + 13;
}
