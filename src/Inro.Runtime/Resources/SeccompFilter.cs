namespace Inro.Runtime.Resources;

/// <summary>A compiled filter of system calls, ready for seccomp(2) with SECCOMP_SET_MODE_FILTER.</summary>
/// <param name="Program">Instructions of eight bytes (struct sock_filter); their number is the length divided by eight.</param>
/// <param name="Flags">The flags argument of seccomp(2), the one for a listener included.</param>
public sealed record SeccompFilter(ReadOnlyMemory<byte> Program, uint Flags)
{
    /// <summary>SECCOMP_FILTER_FLAG_NEW_LISTENER.</summary>
    private const uint NewListener = 1 << 3;

    /// <summary>struct sock_fprog's length.</summary>
    public int InstructionCount => Program.Length / 8;

    /// <summary>Whether the call answers with a notification descriptor, which belongs to the configuration's listenerPath.</summary>
    public bool NeedsListener => (Flags & NewListener) != 0;
}
