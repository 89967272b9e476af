using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Terminals;

public static unsafe partial class Terminal
{
    private const nuint GetModeRequest = 0x5401; // TCGETS
    private const nuint SetModeRequest = 0x5402; // TCSETS
    private const int MinimumBytes = 6; // VMIN
    private const int ReadTime = 5; // VTIME

    // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON; OPOST; ECHO ECHONL ICANON ISIG IEXTEN; CSIZE PARENB, CS8
    private const uint InputOff = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400;
    private const uint OutputOff = 0x1;
    private const uint LocalOff = 0x8 | 0x40 | 0x2 | 0x1 | 0x8000;
    private const uint Echo = 0x8;
    private const uint ControlOff = 0x30 | 0x100;
    private const uint ControlOn = 0x30;

    /// <summary>The settings of a terminal.</summary>
    public static TerminalMode GetMode(SafeFileHandle terminal)
    {
        TerminalMode mode;
        if (ioctl(terminal, GetModeRequest, &mode) < 0) { throw LinuxException.FromLastError("ioctl(TCGETS)", "terminal"); }

        return mode;
    }

    /// <summary>Puts settings into effect at once.</summary>
    public static void SetMode(SafeFileHandle terminal, TerminalMode mode)
    {
        if (ioctl(terminal, SetModeRequest, &mode) < 0) { throw LinuxException.FromLastError("ioctl(TCSETS)", "terminal"); }
    }

    /// <summary>The same settings without showing what is typed, as for a password.</summary>
    public static TerminalMode Silent(TerminalMode mode)
    {
        mode.LocalFlags &= ~Echo;
        return mode;
    }

    /// <summary>The same settings with every byte passed as it is, both ways: cfmakeraw(3).</summary>
    public static TerminalMode Raw(TerminalMode mode)
    {
        mode.InputFlags &= ~InputOff;
        mode.OutputFlags &= ~OutputOff;
        mode.LocalFlags &= ~LocalOff;
        mode.ControlFlags = (mode.ControlFlags & ~ControlOff) | ControlOn;
        mode.Characters[MinimumBytes] = 1;
        mode.Characters[ReadTime] = 0;
        return mode;
    }
}
