namespace Inro.Linux.Capabilities;

/// <summary>The arithmetic of <c>--cap-add</c> and <c>--cap-drop</c>, with docker's precedence.</summary>
public static class CapabilityChange
{
    /// <summary>Stands for every capability on either list.</summary>
    public const string All = "ALL";

    /// <summary>Applies the two lists to <paramref name="start"/>.</summary>
    /// <remarks>
    /// ALL added: everything but what is dropped by name. ALL dropped: only what is added. Otherwise drops come first, so a name on both lists is kept.
    /// </remarks>
    /// <param name="start">What the container would get without the lists.</param>
    /// <param name="available">What ALL stands for: the bounding set of this process.</param>
    /// <param name="add">Names, with or without <c>CAP_</c>, in any case.</param>
    /// <param name="drop">Names, with or without <c>CAP_</c>, in any case.</param>
    /// <exception cref="UnknownCapabilityException">A name is neither ALL nor a capability.</exception>
    public static CapabilitySet Apply(CapabilitySet start, CapabilitySet available, IReadOnlyList<string> add, IReadOnlyList<string> drop)
    {
        (CapabilitySet added, bool addAll) = Read(add);
        (CapabilitySet dropped, bool dropAll) = Read(drop);
        return addAll ? available.Except(dropped)
            : dropAll ? added
            : start.Except(dropped).Union(added);
    }

    private static (CapabilitySet Set, bool All) Read(IReadOnlyList<string> names)
    {
        CapabilitySet set = default;
        bool all = false;
        foreach (string name in names)
        {
            if (name.Equals(All, StringComparison.OrdinalIgnoreCase) || name.Equals("CAP_ALL", StringComparison.OrdinalIgnoreCase)) { all = true; }
            else if (CapabilityNames.TryParse(name, out Capability capability)) { set = set.Union(CapabilitySet.Of(capability)); }
            else { throw new UnknownCapabilityException(Canonical(name)); }
        }

        return (set, all);
    }

    private static string Canonical(string name)
    {
        string upper = name.ToUpperInvariant();
        return upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper : "CAP_" + upper;
    }
}
