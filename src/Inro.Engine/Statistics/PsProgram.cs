using System.Diagnostics;
using System.Globalization;

namespace Inro.Engine.Statistics;

/// <summary>The host's ps(1), for callers who give its options.</summary>
public static class PsProgram
{
    /// <summary>What ps prints of some processes: its heading first. ps lists the whole host; kept are the lines with the pids.</summary>
    /// <param name="options">As after <c>ps</c>; they must make it show pids.</param>
    /// <param name="pids">As this host numbers them.</param>
    /// <exception cref="EngineException">InvalidArgument: ps refuses the options, or shows no pids. PreconditionFailed: there is no ps.</exception>
    public static IReadOnlyList<string> Read(IReadOnlyList<string> options, IReadOnlyList<int> pids)
    {
        string[] lines = Run(options).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), "PID");
        if (column < 0) { throw new EngineException(ErrorCode.InvalidArgument, "Couldn't find PID field in ps output", "let ps show pids: -o pid,…"); }

        return [lines[0], .. lines.Skip(1).Where(line => IsOf(line, column, pids))];
    }

    private static bool IsOf(string line, int column, IReadOnlyList<int> pids)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > column && int.TryParse(words[column], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pids.Contains(pid);
    }

    private static string Run(IReadOnlyList<string> options)
    {
        try
        {
            using Process ps = Process.Start(new ProcessStartInfo("ps", options) { RedirectStandardOutput = true, RedirectStandardError = true })!; // UseShellExecute is off
            Task<string> problem = ps.StandardError.ReadToEndAsync();
            string output = ps.StandardOutput.ReadToEnd();
            ps.WaitForExit();
            return ps.ExitCode == 0 ? output : throw new EngineException(ErrorCode.InvalidArgument, $"error running ps: {problem.GetAwaiter().GetResult().Trim().Split('\n')[0]}", "options are those of ps(1) on this host");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, $"ps cannot be run: {missing.Message}", "without options, or with descriptors (pid, user, comm, …), no ps is needed", missing);
        }
    }
}
