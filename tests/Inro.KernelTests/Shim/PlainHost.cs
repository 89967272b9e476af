using Inro.Engine.Shim;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.KernelTests.Shim;

/// <summary>Processes of this host in the place of a container: what a shim needs is a pidfd and descriptors.</summary>
/// <param name="giveBack">What giving back does and answers.</param>
internal sealed class PlainHost(string script, Func<string?>? giveBack = null) : IContainerHost
{
    private readonly string gate = Path.Combine(Path.GetTempPath(), "inro-held-" + Guid.NewGuid().ToString("N"));

    public HostedProcess Start(HostedStdio? stdio, WindowSize? size, bool isHeld) =>
        Spawn(isHeld ? $"while [ ! -e {gate} ]; do sleep 0.01; done; rm {gate}; {script}" : script, stdio, size);

    public void LetGo() => File.WriteAllBytes(gate, []);

    public HostedProcess Exec(ReadOnlySpan<byte> process, HostedStdio? stdio, WindowSize? size, IReadOnlyList<SafeFileHandle> kept, CancellationToken ct)
    {
        string command = System.Text.Encoding.UTF8.GetString(process);
        if (command.StartsWith("hang", StringComparison.Ordinal))
        {
            if (command.Length > 4) { Spawn(command[4..], new HostedStdio(null, null, null), null).Dispose(); }

            ct.WaitHandle.WaitOne();
            throw new ShimException(125, "given up");
        }

        return command.StartsWith("refuse ", StringComparison.Ordinal) ? throw new ShimException(127, "refused " + command[7..]) : Spawn(command, stdio, size);
    }

    public void Prepare()
    {
    }

    public bool IsPaused => false;

    public HostedEnd End() => default;

    public string? GiveBack() => giveBack?.Invoke();

    public void Dispose()
    {
    }

    private static HostedProcess Spawn(string script, HostedStdio? stdio, WindowSize? size)
    {
        using SafeFileHandle none = Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
        using PseudoTerminal? terminal = stdio is null ? PseudoTerminal.Open() : null;
        if (terminal is not null && size is { } wanted) { Terminal.SetWindowSize(terminal.Master, wanted); }

        SafeFileHandle slave = terminal?.Slave ?? none;
        int pid = ProcessSpawn.Start(new SpawnRequest
        {
            Path = terminal is null ? "/bin/sh" : "/usr/bin/setsid",
            Arguments = terminal is null ? ["sh", "-c", script] : ["setsid", "-c", "sh", "-c", script],
            Environment = ["PATH=/usr/bin:/bin"],
            Descriptors =
            [
                new(0, terminal is null ? stdio!.Stdin ?? none : slave),
                new(1, terminal is null ? stdio!.Stdout ?? none : slave),
                new(2, terminal is null ? stdio!.Stderr ?? none : slave),
            ],
        });
        return new HostedProcess(pid, PidFd.Open(pid), ProcessStat.Read(pid)!.Value.StartTime, terminal is null ? null : Descriptor.Duplicate(terminal.Master));
    }
}
