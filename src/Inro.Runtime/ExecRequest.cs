using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime;

/// <summary>A further process for a running container.</summary>
public sealed record ExecRequest
{
    /// <summary>The container.</summary>
    public required string Id { get; init; }

    /// <summary>The process. Absent capabilities stay absent: nothing is inheritable unless it is said so.</summary>
    public required ProcessConfig Process { get; init; }

    /// <summary>Descriptors 0, 1 and 2 where it has no terminal; null passes on this process's own.</summary>
    public LaunchStdio Stdio { get; init; } = LaunchStdio.Own;

    /// <summary>Gets the terminal's master; see <see cref="LaunchRequest.ConsoleReceiver"/>.</summary>
    public Action<SafeFileHandle>? ConsoleReceiver { get; init; }

    /// <summary>Descriptors that the program gets as 3, 4, ….</summary>
    public IReadOnlyList<SafeFileHandle> PreservedDescriptors { get; init; } = [];

    /// <summary>Whether it is launched in a paused container too; the process then stands still with the others, and the call with it, until the container is resumed.</summary>
    public bool IgnoresPause { get; init; }

    /// <summary>Existing cgroups below the container's: one path for all trees, or <c>controller[,controller…]:path</c> each. Empty: the container's own.</summary>
    public IReadOnlyList<string> SubCgroups { get; init; } = [];

    /// <summary>Gets what was left out because it was only advice, one line each; null drops it.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>What the kernel can do; see <see cref="LaunchRequest.Kernel"/>.</summary>
    public KernelFeatures Kernel { get; init; } = KernelFeatures.Read();

    /// <summary>Ends a launch that has not come to its program: <see cref="LaunchOptions.GiveUp"/>.</summary>
    public CancellationToken GiveUp { get; init; }

    /// <summary>A fault to put in; tests only.</summary>
    public LaunchFault? Fault { get; init; }
}
