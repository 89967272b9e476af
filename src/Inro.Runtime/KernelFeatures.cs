using Inro.Linux.Mounts;
using Inro.Linux.Processes;

namespace Inro.Runtime;

/// <summary>What the kernel can do, where the versions that are supported differ. Asked for, not guessed from a version.</summary>
public sealed record KernelFeatures
{
    private readonly bool? _hasAppArmor;
    private readonly bool? _hasSelinux;

    /// <summary>mount_setattr(2), Linux 5.12: attributes of mounts without mount(2), of whole trees, and idmapped mounts.</summary>
    public required bool HasMountAttributes { get; init; }

    /// <summary>Whether AppArmor profiles can be applied. Asked for only where a configuration names one.</summary>
    public bool HasAppArmor
    {
        get => _hasAppArmor ?? SecurityModules.HasAppArmor();
        init => _hasAppArmor = value;
    }

    /// <summary>Whether SELinux labels can be applied. Asked for only where a configuration names one.</summary>
    public bool HasSelinux
    {
        get => _hasSelinux ?? SecurityModules.HasSelinux();
        init => _hasSelinux = value;
    }

    /// <summary>Asks the running kernel.</summary>
    public static KernelFeatures Read() => new() { HasMountAttributes = MountAttributeSupport.Read() };
}
