namespace Inro.Engine;

/// <summary>The exit statuses by which callers tell what failed, docker's.</summary>
public static class ExitStatuses
{
    /// <summary>Exit status of a verb that failed.</summary>
    public const int VerbFailed = 1;

    /// <summary>Exit status of <c>run</c> when the engine failed before the command could start, and of <c>exec</c> when starting it failed.</summary>
    public const int RunFailed = 125;

    /// <summary>Exit status when the command was found but cannot be executed.</summary>
    public const int CommandNotExecutable = 126;

    /// <summary>Exit status when the command was not found.</summary>
    public const int CommandNotFound = 127;

    /// <summary>The status that a process should exit with after <paramref name="failure"/>.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="runsCommand">True for verbs that run a command in a container: there 125, 126 and 127 have their meaning.</param>
    /// <param name="own">The verb's own status, where the command is not at fault.</param>
    public static int Of(EngineException failure, bool runsCommand, int own) =>
        runsCommand ? failure.CommandStatus ?? own : own;
}
