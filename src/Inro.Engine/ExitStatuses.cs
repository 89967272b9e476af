namespace Inro.Engine;

/// <summary>The exit statuses by which callers tell what failed, docker's.</summary>
public static class ExitStatuses
{
    /// <summary>Exit status of a verb that failed.</summary>
    public const int VerbFailed = 1;

    /// <summary>Exit status of <c>run</c> and <c>exec</c> when the engine failed before the command could start.</summary>
    public const int RunFailed = 125;

    /// <summary>Exit status when the command was found but cannot be executed.</summary>
    public const int CommandNotExecutable = 126;

    /// <summary>Exit status when the command was not found.</summary>
    public const int CommandNotFound = 127;

    /// <summary>The status that a process should exit with after <paramref name="failure"/>.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="runsCommand">True for verbs that run a command in a container: there 125, 126 and 127 have their meaning.</param>
    public static int Of(EngineException failure, bool runsCommand) =>
        runsCommand ? failure.CommandStatus ?? RunFailed : VerbFailed;
}
