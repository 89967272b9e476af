using Inro.Linux;
using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Joins existing namespaces before the clone. All files are opened first: after the first join their names may mean others.</summary>
internal sealed class JoinStep(NamespacePlan plan) : ILaunchStep
{
    private const int ReadCloseOnExec = 0x80000;

    public string Name => "join namespaces";

    public void Emit(LaunchBuilder builder)
    {
        var open = new List<(NamespaceFlags Kind, string Path, Slot File)>(plan.Join.Count);
        foreach ((NamespaceFlags kind, string path) in plan.Join)
        {
            Slot file = builder.NewSlot($"{NamespacePlan.Name(kind)} namespace");
            builder.Call("open namespace", SystemCall.Openat, [Inro.Linux.Mounts.MountCalls.CurrentDirectory, path, ReadCloseOnExec], path, file);
            open.Add((kind, path, file));
        }

        // The kind given to setns is compared by the kernel: a file of another kind fails with EINVAL.
        foreach ((NamespaceFlags kind, string path, Slot file) in open)
        {
            builder.Call($"join {NamespacePlan.Name(kind)} namespace", SystemCall.Setns, [file, (ulong)kind], path);
        }
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => errno switch
    {
        Errno.EINVAL => "the file is no namespace of this kind, or is the one we are in",
        Errno.ENOENT => "the process that held the namespace has ended, or the path is wrong",
        _ => null,
    };
}
