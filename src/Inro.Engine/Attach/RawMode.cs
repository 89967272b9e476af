using Inro.Linux;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Attach;

/// <summary>Holds a terminal in raw mode until disposed; then it is as it was.</summary>
internal sealed class RawMode : IDisposable
{
    private readonly SafeFileHandle terminal;
    private readonly TerminalMode before;

    private RawMode(SafeFileHandle terminal)
    {
        this.terminal = terminal;
        before = Terminal.GetMode(terminal);
        Apply();
    }

    /// <summary>Takes over a terminal; null: it is none.</summary>
    public static RawMode? TryEnter(SafeFileHandle terminal) => Terminal.IsTerminal(terminal) ? new RawMode(terminal) : null;

    /// <summary>Raw again: a shell restores its own mode around a stopped job.</summary>
    public void Apply() => Terminal.SetMode(terminal, Terminal.Raw(before));

    /// <inheritdoc/>
    public void Dispose()
    {
        try { Terminal.SetMode(terminal, before); }
        catch (LinuxException) { /* the terminal is gone: nothing to restore */ }
    }
}
