using Inro.Linux.Sockets;
using Inro.Linux.Terminals;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Where a process's terminal goes: over the caller's socket, or to this program's own terminal.</summary>
internal sealed class OciConsole : IDisposable
{
    private readonly string? socket;

    private OciConsole(string? socket) => this.socket = socket;

    /// <summary>The master, if it stays here.</summary>
    public SafeFileHandle? Master { get; private set; }

    public static OciConsole For(string? socket) => new(socket);

    /// <summary>Takes the master; over a socket it goes with its name, as callers of runc expect.</summary>
    public void Receive(SafeFileHandle master)
    {
        if (socket is null)
        {
            Master = master;
            return;
        }

        using (master)
        {
            using SeqPacketSocket receiver = SeqPacketSocket.ConnectStream(socket);
            receiver.Send("/dev/ptmx"u8, descriptors: [master]);
        }
    }

    /// <summary>The configuration with this terminal's size, where it names none.</summary>
    public RuntimeConfig WithSize(RuntimeConfig config) => config.Process is { } process ? config with { Process = WithSize(process) } : config;

    /// <summary>The process with this terminal's size, where it names none.</summary>
    public ProcessConfig WithSize(ProcessConfig process)
    {
        using var own = new SafeFileHandle(0, ownsHandle: false);
        if (socket is not null || process.ConsoleSize is not null || !Terminal.IsTerminal(own)) { return process; }

        WindowSize size = Terminal.GetWindowSize(own);
        return process with { ConsoleSize = new ConsoleSize((uint)size.Rows, (uint)size.Columns) };
    }

    public void Dispose() => Master?.Dispose();
}
