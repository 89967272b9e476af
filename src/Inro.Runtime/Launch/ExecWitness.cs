using System.Diagnostics;
using Inro.Linux.Processes;

namespace Inro.Runtime.Launch;

/// <summary>Tells a process that has become its program from one that died before.</summary>
internal static class ExecWitness
{
    /// <summary>An exec that was announced takes microseconds; one that waits for a disk may take seconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>Looks at a process that has announced its exec and closed its control socket.</summary>
    /// <returns>Null: there is no such process, or a hidepid mount hides it.</returns>
    /// <remarks>
    /// On a slow machine (Linux 6.1, two emulated processors) the end of file was seen once in some hundred launches while the process
    /// was still on its way: so a process that lives and has not executed yet is waited for. The flag of a dead one does not change any more.
    /// </remarks>
    public static bool? HasExecuted(int pid, ulong? startTime = null)
    {
        using var pause = new ManualResetEventSlim(); // without a wait it makes no kernel object
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            if (ProcessStat.Read(pid) is not { } stat || (startTime is { } own && stat.StartTime != own)) { return null; }

            if (!stat.HasNotExecuted) { return true; }

            if (stat.State is 'Z' or 'X' || Stopwatch.GetElapsedTime(begin) > Limit) { return false; }

            pause.Wait(Pause);
        }
    }
}
