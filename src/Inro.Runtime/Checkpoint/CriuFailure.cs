using System.Globalization;
using Inro.Linux;

namespace Inro.Runtime.Checkpoint;

/// <summary>What criu's failure is told as: its own words first.</summary>
internal static class CriuFailure
{
    /// <summary>Gathers the reason from where criu left it.</summary>
    /// <param name="what">checkpoint or restore.</param>
    /// <param name="answer">Its answer; null if it gave none.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="session">The run, which is over.</param>
    /// <param name="directories">Where its log is.</param>
    /// <param name="log">The log's name.</param>
    public static RuntimeException Of(string what, CriuResponse? answer, string end, CriuSession session, CriuDirectories directories, string log)
    {
        string reason = CriuLog.FirstError(directories.Logs, log);
        if (reason.Length == 0) { reason = session.LastError(); }

        if (reason.Length == 0 && answer is { Message.Length: > 0 }) { reason = answer.Message; }

        if (reason.Length == 0) { reason = answer is { Errno: > 0 } ? Name((Errno)answer.Errno) : end; }

        return new RuntimeException(RuntimeError.Failed, $"criu failed to {what}: {reason}", $"its whole log is {directories.LogPath}");
    }

    private static string Name(Errno errno) => string.Create(CultureInfo.InvariantCulture, $"error {(int)errno} of the system");
}
