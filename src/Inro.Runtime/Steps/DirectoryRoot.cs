using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>A plain directory as the root: a detached copy of what is mounted there.</summary>
internal static class DirectoryRoot
{
    public static void Emit(LaunchBuilder builder, string path, Slot result) =>
        builder.Call("copy mount", SystemCall.OpenTree,
            [MountCalls.CurrentDirectory, path, MountCalls.TreeClone | MountCalls.Recursive], path, result);
}
