using Inro.Engine.Shim;

namespace Inro.Engine.Attach;

/// <summary>Joins this program's standard streams to a process until it ends or the person leaves.</summary>
public static class TerminalSession
{
    /// <summary>Copies until the process ends and its output is delivered, the detach keys are typed, or the shim is gone.</summary>
    /// <param name="client">Connection with <see cref="ShimClient.Streams"/>.</param>
    /// <param name="options">How.</param>
    public static AttachResult Run(ShimClient client, AttachOptions options) => throw new NotSupportedException(options.ToString() + client);
}
