using System.IO.Pipes;
using Inro.Linux.Processes;

namespace Inro.Layout;

/// <summary>A command that is started and waits, so that it can be attached to before its first instruction.</summary>
internal sealed class HeldCommand : IDisposable
{
    private const int Gate = 3;
    private const string Wait = "read go <&3; exec 3<&-; exec \"$@\"";

    private readonly AnonymousPipeServerStream gate = new(PipeDirection.Out);

    public HeldCommand(IReadOnlyList<string> command)
    {
        Pid = ProcessSpawn.Start(new SpawnRequest
        {
            Path = "/bin/sh",
            Arguments = ["sh", "-c", Wait, "sh", .. command],
            Environment = [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")],
            Descriptors = [new SpawnDescriptor(Gate, gate.ClientSafePipeHandle)],
        });
        gate.DisposeLocalCopyOfClientHandle();
    }

    public int Pid { get; }

    public void Release() => gate.Write("go\n"u8);

    public void Dispose() => gate.Dispose();
}
