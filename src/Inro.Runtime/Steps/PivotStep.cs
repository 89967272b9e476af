using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Makes the container's root "/" and lets go of the host's.</summary>
internal sealed class PivotStep(LaunchContext context) : ILaunchStep
{
    public string Name => "pivot";

    public void Emit(LaunchBuilder builder)
    {
        if (context.Request.NoPivot)
        {
            // The host's tree stays below ours: with a procfs without masks in it, a nested user namespace could mount one of its own.
            foreach (string path in (ReadOnlySpan<string>)["/proc", "/sys"])
            {
                builder.Call("let go of the host's", SystemCall.Umount2, [path, MountCalls.UnmountDetach], path, tolerate: [Errno.EINVAL, Errno.ENOENT, Errno.EPERM]);
            }
        }

        builder.Call("enter the root", SystemCall.Fchdir, [context.Root]);
        if (context.Request.NoPivot)
        {
            builder.Call("change the root to", SystemCall.Chroot, ["."], "the container's");
            builder.Call("enter", SystemCall.Chdir, ["/"], "/");
        }
        else
        {
            // "." twice: the old root is stacked on the new one, and taken off by the same name. See pivot_root(2), NOTES.
            builder.Call("make it the root", SystemCall.PivotRoot, [".", "."]);
            builder.Call("let go of the old root", SystemCall.Umount2, [".", MountCalls.UnmountDetach]);
            builder.Call("enter", SystemCall.Chdir, ["/"], "/");
        }

        context.HasPivoted = true;
        MountFlags propagation = RootPropagation.Parse(context.Linux.RootfsPropagation);
        MountAttributes set = context.Config.Root is { Readonly: true } ? MountAttributes.ReadOnly : MountAttributes.None;
        context.SetAttributes(builder, context.Root, context.RootAttributes, new MountChange(set, 0, propagation == MountFlags.Private ? 0 : propagation), "the root");
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => operation.Call == SystemCall.PivotRoot && errno == Errno.EINVAL
        ? "a host that runs from an initial ramdisk cannot pivot_root: use --no-pivot"
        : null;
}
