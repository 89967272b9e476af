using System.Runtime.InteropServices;

namespace Inro.Linux.Descriptors;

/// <summary>struct pollfd: what to wait for on one descriptor, and what happened. See poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollEntry
{
    /// <summary>The descriptor; negative: skipped.</summary>
    public int Descriptor;

    /// <summary>What to wait for; errors and hang-ups are always reported.</summary>
    public PollEvents Wanted;

    /// <summary>What happened.</summary>
    public PollEvents Happened;
}
