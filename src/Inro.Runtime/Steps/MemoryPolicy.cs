using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary><c>linux.memoryPolicy</c> as set_mempolicy(2) takes it.</summary>
internal sealed class MemoryPolicy
{
    /// <summary>As many nodes as a kernel can be built for.</summary>
    private const int MaskBytes = 1024 / 8;

    private static readonly string[] Modes = ["DEFAULT", "PREFERRED", "BIND", "INTERLEAVE", "LOCAL", "PREFERRED_MANY", "WEIGHTED_INTERLEAVE"];

    /// <exception cref="RuntimeException">A name is not known, or nodes and mode contradict each other.</exception>
    public MemoryPolicy(MemoryPolicyConfig policy)
    {
        Name = policy.Mode;
        Mode = KernelNames.Number("linux.memoryPolicy.mode", policy.Mode, "MPOL_", Modes);
        foreach (string flag in policy.Flags)
        {
            Mode |= flag switch
            {
                "MPOL_F_STATIC_NODES" => 1 << 15,
                "MPOL_F_RELATIVE_NODES" => 1 << 14,
                "MPOL_F_NUMA_BALANCING" => 1 << 13,
                _ => throw RuntimeException.Invalid("linux.memoryPolicy.flags", $"\"{flag}\" is not known"),
            };
        }

        bool hasNodes = !string.IsNullOrEmpty(policy.Nodes);
        if (hasNodes && policy.Mode is ("MPOL_DEFAULT" or "MPOL_LOCAL")) { throw RuntimeException.Invalid("linux.memoryPolicy.nodes", $"{policy.Mode} takes none"); }

        if (!hasNodes && policy.Mode is not ("MPOL_DEFAULT" or "MPOL_LOCAL" or "MPOL_PREFERRED"))
        {
            throw RuntimeException.Invalid("linux.memoryPolicy.nodes", $"{policy.Mode} needs some");
        }

        Nodes = hasNodes ? NumberRanges.Mask("linux.memoryPolicy.nodes", policy.Nodes!, MaskBytes) : new byte[MaskBytes];
    }

    /// <summary>The mode's name, for people.</summary>
    public string Name { get; }

    /// <summary>Mode and flags.</summary>
    public int Mode { get; }

    /// <summary>The nodes' bits.</summary>
    public byte[] Nodes { get; }
}
