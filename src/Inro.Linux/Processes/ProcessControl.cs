using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>What a process may say about itself. See prctl(2), setsid(2).</summary>
public static partial class ProcessControl
{
    /// <summary>Makes this process the parent of descendants whose own parent ends (PR_SET_CHILD_SUBREAPER).</summary>
    public static void BecomeSubreaper()
    {
        if (prctl(SetChildSubreaper, 1, 0, 0, 0) < 0) { throw LinuxException.FromLastError("prctl", "PR_SET_CHILD_SUBREAPER"); }
    }

    /// <summary>Gives this process the name that ps shows; at most 15 bytes count.</summary>
    public static void SetName(string name)
    {
        if (prctlName(SetNameOption, name, 0, 0, 0) < 0) { throw LinuxException.FromLastError("prctl", "PR_SET_NAME"); }
    }

    /// <summary>Starts a session of which this process is the leader, without a terminal.</summary>
    /// <exception cref="LinuxException">EPERM: it already leads a process group.</exception>
    public static void StartSession()
    {
        if (setsid() < 0) { throw LinuxException.FromLastError("setsid", "self"); }
    }

    private const int SetNameOption = 15;
    private const int SetChildSubreaper = 36;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int prctlName(int option, string name, nuint b, nuint c, nuint d);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsid();
}
