using System.Numerics;

namespace Inro.Linux.Capabilities;

/// <summary>A set of capabilities as the kernel's bit mask. See capabilities(7).</summary>
/// <param name="Bits">Bit n stands for capability n.</param>
public readonly record struct CapabilitySet(ulong Bits)
{
    /// <summary>No capability.</summary>
    public static CapabilitySet Empty => default;

    /// <summary>Every capability that this program knows.</summary>
    public static CapabilitySet Known => new((1UL << CapabilityNames.Count) - 1);

    /// <summary>What a container gets when nothing is asked: docker's fourteen.</summary>
    public static CapabilitySet DockerDefault => Of(
        Capability.AuditWrite, Capability.Chown, Capability.DacOverride, Capability.Fowner, Capability.Fsetid, Capability.Kill, Capability.Mknod,
        Capability.NetBindService, Capability.NetRaw, Capability.Setfcap, Capability.Setgid, Capability.Setpcap, Capability.Setuid, Capability.SysChroot);

    /// <summary>How many capabilities are in the set.</summary>
    public int Count => BitOperations.PopCount(Bits);

    /// <summary>Whether nothing is in the set.</summary>
    public bool IsEmpty => Bits == 0;

    /// <summary>Bits 0 to 31, as the first element of capset(2)'s array has them.</summary>
    public uint Low => (uint)Bits;

    /// <summary>Bits 32 to 63, as the second element of capset(2)'s array has them.</summary>
    public uint High => (uint)(Bits >> 32);

    /// <summary>The set of these capabilities.</summary>
    public static CapabilitySet Of(params ReadOnlySpan<Capability> capabilities)
    {
        ulong bits = 0;
        foreach (Capability capability in capabilities) { bits |= 1UL << (int)capability; }
        return new(bits);
    }

    /// <summary>The set of these names, with or without <c>CAP_</c>, in any case.</summary>
    /// <exception cref="UnknownCapabilityException">A name is no capability of this program.</exception>
    public static CapabilitySet Parse(IEnumerable<string> names)
    {
        ulong bits = 0;
        foreach (string name in names)
        {
            if (!CapabilityNames.TryParse(name, out Capability capability)) { throw new UnknownCapabilityException(name); }
            bits |= 1UL << (int)capability;
        }

        return new(bits);
    }

    /// <summary>The set of those names that are known.</summary>
    /// <param name="names">With or without <c>CAP_</c>, in any case.</param>
    /// <param name="unknown">The others.</param>
    public static CapabilitySet ParseKnown(IReadOnlyList<string> names, out IReadOnlyList<string> unknown)
    {
        ulong bits = 0;
        List<string>? others = null;
        foreach (string name in names)
        {
            if (CapabilityNames.TryParse(name, out Capability capability)) { bits |= 1UL << (int)capability; }
            else { (others ??= []).Add(name); }
        }

        unknown = others ?? (IReadOnlyList<string>)[];
        return new(bits);
    }

    /// <summary>Whether <paramref name="capability"/> is in the set.</summary>
    public bool Contains(Capability capability) => (Bits >> (int)capability & 1) != 0;

    /// <summary>What is in either set.</summary>
    public CapabilitySet Union(CapabilitySet other) => new(Bits | other.Bits);

    /// <summary>What is in both sets.</summary>
    public CapabilitySet Intersect(CapabilitySet other) => new(Bits & other.Bits);

    /// <summary>What is in this set and not in the other.</summary>
    public CapabilitySet Except(CapabilitySet other) => new(Bits & ~other.Bits);

    /// <summary>The names in the order of their bits; bits without a name are left out.</summary>
    public string[] ToNames()
    {
        ulong known = Bits & Known.Bits;
        string[] names = new string[BitOperations.PopCount(known)];
        for (int i = 0; known != 0; i++, known &= known - 1)
        {
            names[i] = CapabilityNames.Of((Capability)BitOperations.TrailingZeroCount(known));
        }

        return names;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', ToNames());
}
