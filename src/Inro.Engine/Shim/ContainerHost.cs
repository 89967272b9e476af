using Inro.Linux.Terminals;

namespace Inro.Engine.Shim;

/// <summary>The container as the runtime sees it.</summary>
internal sealed class ContainerHost(ShimConfig config) : IContainerHost
{
    public HostedProcess Start(HostedStdio? stdio, WindowSize? size) => throw new ShimException(125, config.Id);

    public HostedProcess Exec(ReadOnlySpan<byte> process, HostedStdio? stdio, WindowSize? size) => throw new ShimException(125, config.Id);

    public bool WasOutOfMemory() => false;

    public string? GiveBack() => null;
}
