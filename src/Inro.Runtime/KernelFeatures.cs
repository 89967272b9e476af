using Inro.Linux.Mounts;

namespace Inro.Runtime;

/// <summary>What the kernel can do, where the versions that are supported differ. Asked for, not guessed from a version.</summary>
public sealed record KernelFeatures
{
    /// <summary>mount_setattr(2), Linux 5.12: attributes of mounts without mount(2), of whole trees, and idmapped mounts.</summary>
    public required bool HasMountAttributes { get; init; }

    /// <summary>Asks the running kernel.</summary>
    public static KernelFeatures Read() => new() { HasMountAttributes = MountAttributeSupport.Read() };
}
