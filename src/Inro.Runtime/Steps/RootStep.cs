using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Makes the mount namespace private and puts the container's root on top of the old one, where pivot_root wants it.</summary>
/// <param name="context">The launch.</param>
/// <param name="source">The detached mount of the root, if it was made before the clone.</param>
/// <param name="make">Makes it now, otherwise.</param>
internal sealed class RootStep(LaunchContext context, Slot? source, Action<LaunchBuilder, Slot>? make) : ILaunchStep
{
    public string Name => "root";

    public void Emit(LaunchBuilder builder)
    {
        MountFlags old = RootPropagation.Parse(context.Linux.RootfsPropagation) == MountFlags.Private ? MountFlags.Private : MountFlags.Slave;
        builder.Call("stop mounts from leaving", SystemCall.Mount, ["none", "/", Argument.Null, (ulong)(old | MountFlags.Recursive), Argument.Null], "/");
        context.Root = source ?? builder.NewSlot("root");
        make?.Invoke(builder, context.Root);
        // On top of "/" itself: names resolve from the old root below it, so nothing is hidden before pivot_root swaps them.
        builder.Call("mount the root over", SystemCall.MoveMount, [context.Root, "", MountCalls.CurrentDirectory, "/", MountCalls.MoveFromEmptyPath], "/");
        StopBelow(builder);
        context.SetAttributes(builder, context.Root, context.RootAttributes, new MountChange(0, 0, MountFlags.Private), "the root"); // pivot_root refuses shared mounts
    }

    /// <summary>Mounts below a root that was taken before the clone came along as peers of the host's: what is mounted on them must not go there.</summary>
    private void StopBelow(LaunchBuilder builder)
    {
        var slaves = new MountChange(0, 0, MountFlags.Slave | MountFlags.Recursive);
        if (context.Kernel.HasMountAttributes) { builder.MountSetAttributes(context.Root, slaves, recursive: true, "the root"); }
        else { context.SetAttributes(builder, context.Root, context.RootAttributes, slaves, "the root"); }
    }
}

/// <summary>Names of <c>linux.rootfsPropagation</c>.</summary>
internal static class RootPropagation
{
    /// <exception cref="RuntimeException">Unknown name.</exception>
    public static MountFlags Parse(string? name) => name switch
    {
        null or "" => MountFlags.None,
        "private" or "rprivate" => MountFlags.Private,
        "shared" or "rshared" => MountFlags.Shared,
        "slave" or "rslave" => MountFlags.Slave,
        "unbindable" or "runbindable" => MountFlags.Unbindable,
        _ => throw RuntimeException.Invalid("linux.rootfsPropagation", $"\"{name}\" is not one of private, shared, slave, unbindable"),
    };
}
