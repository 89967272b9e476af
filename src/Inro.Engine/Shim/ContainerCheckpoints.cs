using Inro.Runtime;
using Inro.Runtime.Checkpoint;

namespace Inro.Engine.Shim;

/// <summary>How containers are written to disk and made of what was written: the same choices both times.</summary>
internal static class ContainerCheckpoints
{
    private const uint NetworkNamespace = 0x40000000;
    private const string LogDirectory = "/criu";

    /// <summary>Writing one; whoever watches its process learns of its end.</summary>
    /// <param name="id">The container.</param>
    /// <param name="bundle">Its bundle: criu's log stays there.</param>
    /// <param name="images">Directory that gets the images.</param>
    /// <param name="leavesRunning">It runs on.</param>
    public static CheckpointRequest Writing(string id, string bundle, string images, bool leavesRunning) => new()
    {
        Id = id,
        Images = images,
        WorkDirectory = bundle + LogDirectory,
        Options = Options with { LeaveRunning = leavesRunning },
        Deletes = false,
    };

    /// <summary>Making one.</summary>
    public static RestoreRequest Restoring(LaunchRequest launch, string images) =>
        new() { Launch = launch, Images = images, WorkDirectory = launch.Bundle + LogDirectory, Options = Options };

    // What is in a network namespace is made anew by whoever made it.
    private static CheckpointOptions Options => new() { FileLocks = true, EmptyNamespaces = NetworkNamespace };
}
