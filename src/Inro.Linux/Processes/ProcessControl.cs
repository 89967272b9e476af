using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>What a process may say about itself. See prctl(2).</summary>
public static partial class ProcessControl
{
    /// <summary>Makes this process the parent of descendants whose own parent ends (PR_SET_CHILD_SUBREAPER).</summary>
    public static void BecomeSubreaper()
    {
        if (prctl(SetChildSubreaper, 1, 0, 0, 0) < 0) { throw LinuxException.FromLastError("prctl", "PR_SET_CHILD_SUBREAPER"); }
    }

    /// <summary>Has a signal sent to this process when the thread that started it ends (PR_SET_PDEATHSIG).</summary>
    public static void SignalAtParentsEnd(int signal)
    {
        if (prctl(SetParentDeathSignal, (nuint)signal, 0, 0, 0) < 0) { throw LinuxException.FromLastError("prctl", "PR_SET_PDEATHSIG"); }
    }

    private const int SetParentDeathSignal = 1;
    private const int SetChildSubreaper = 36;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
