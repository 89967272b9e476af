using System.Globalization;
using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>How a process ended; values of si_code for SIGCHLD, see waitid(2).</summary>
public enum ExitKind
{
    /// <summary>CLD_EXITED: by itself, with a status.</summary>
    Exited = 1,

    /// <summary>CLD_KILLED: by a signal.</summary>
    Killed = 2,

    /// <summary>CLD_DUMPED: by a signal, with a core dump.</summary>
    Dumped = 3,
}

/// <summary>The end of a process.</summary>
/// <param name="Kind">By itself or by a signal.</param>
/// <param name="Value">Exit status from 0 to 255, or the signal's number.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ExitStatus(ExitKind Kind, int Value)
{
    /// <summary>The status as shells count: the exit status, or 128 and the signal.</summary>
    public int Code => Kind == ExitKind.Exited ? Value : 128 + Value;

    /// <summary>True for exit status 0.</summary>
    public bool IsSuccess => Kind == ExitKind.Exited && Value == 0;

    /// <inheritdoc/>
    public override string ToString() => Kind == ExitKind.Exited
        ? string.Create(CultureInfo.InvariantCulture, $"exit status {Value}")
        : string.Create(CultureInfo.InvariantCulture, $"killed by signal {Value}");
}
