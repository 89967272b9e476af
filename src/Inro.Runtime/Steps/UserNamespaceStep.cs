using Inro.Linux;
using Inro.Runtime.IdMaps;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Has the host write the id maps of the new user namespace, then becomes root in it.</summary>
internal sealed class UserNamespaceStep(LaunchContext context) : ILaunchStep
{
    public string Name => "user namespace";

    public void Emit(LaunchBuilder builder)
    {
        builder.Sync("write id maps", exchange => IdMapWriter.Write(exchange.Pid, context.Linux.UidMappings, context.Linux.GidMappings, context.IsPrivileged));
        EmitBecomeRoot(builder);
        if (!context.IsPrivileged) { BeforeCloneStep.EmitNotDumpable(builder); }
    }

    /// <summary>Takes the ids of the namespace's root; capabilities follow from being born in it or having joined it.</summary>
    public static void EmitBecomeRoot(LaunchBuilder builder)
    {
        builder.Call("become group 0 of the user namespace", SystemCall.Setresgid, [0, 0, 0]);
        builder.Call("become user 0 of the user namespace", SystemCall.Setresuid, [0, 0, 0]);
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => errno switch
    {
        Errno.EINVAL => "linux.uidMappings and linux.gidMappings must map the container's id 0",
        Errno.EPERM when operation.Kind == LaunchOperationKind.Sync => "an ordinary user needs ranges in /etc/subuid and /etc/subgid",
        _ => null,
    };
}
