using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>Who this process is to the kernel.</summary>
public static partial class EffectiveIds
{
    /// <summary>The effective user id. See geteuid(2).</summary>
    public static uint User => geteuid();

    /// <summary>The effective group id. See getegid(2).</summary>
    public static uint Group => getegid();

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial uint getegid();
}
