using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inro.Linux.Terminals;

/// <summary>The settings of a terminal (struct termios of the kernel), saved to be restored.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TerminalMode
{
    internal uint InputFlags;
    internal uint OutputFlags;
    internal uint ControlFlags;
    internal uint LocalFlags;
    internal byte LineDiscipline;
    internal ControlCharacters Characters;

    /// <summary>c_cc: 19 control characters.</summary>
    [InlineArray(19)]
    internal struct ControlCharacters
    {
        private byte first;
    }
}
