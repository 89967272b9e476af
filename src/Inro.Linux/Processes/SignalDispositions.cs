using System.Globalization;

namespace Inro.Linux.Processes;

/// <summary>What a process does with signals, as <c>/proc/PID/status</c> tells it. See proc_pid_status(5).</summary>
/// <param name="Blocked">Signals that wait, a bit for each.</param>
/// <param name="Ignored">Signals that are thrown away.</param>
/// <param name="Caught">Signals that have a handler.</param>
/// <param name="IsWaiting">It waits for signals in sigtimedwait(2), which unblocks what it waits for without a handler.</param>
/// <param name="IsFirst">It is the first process of its pid namespace: what it has no handler for never reaches it, KILL and STOP from outside excepted.</param>
public sealed record SignalDispositions(ulong Blocked, ulong Ignored, ulong Caught, bool IsWaiting, bool IsFirst)
{
    /// <summary>Reads it; null: the process is gone.</summary>
    public static SignalDispositions? Read(int pid)
    {
        string[] lines;
        bool isWaiting;
        try
        {
            lines = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status"));
            isWaiting = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/wchan")).Contains("sigtimedwait", StringComparison.Ordinal);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException) { return null; }

        SignalDispositions found = new(0, 0, 0, isWaiting, IsFirst: false);
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) { continue; }

            string value = line[(colon + 1)..].Trim();
            found = line[..colon] switch
            {
                "SigBlk" => found with { Blocked = Mask(value) },
                "SigIgn" => found with { Ignored = Mask(value) },
                "SigCgt" => found with { Caught = Mask(value) },
                "NSpid" => found with { IsFirst = value.Contains('\t', StringComparison.Ordinal) && value.EndsWith("\t1", StringComparison.Ordinal) },
                _ => found,
            };
        }

        return found;
    }

    /// <summary>True where sending the signal does nothing.</summary>
    public bool IsLost(int signal)
    {
        ulong bit = 1UL << (signal - 1);
        return (Ignored & bit) != 0 || (IsFirst && !IsWaiting && (Caught & bit) == 0 && (Blocked & bit) == 0);
    }

    private static ulong Mask(string text) => ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask) ? mask : 0;
}
