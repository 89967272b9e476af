namespace Inro.Conformance.Oci.Attacks;

/// <summary>All attacks, by subject.</summary>
internal static partial class AttackList
{
    /// <summary>In the order of their cases.</summary>
    public static IReadOnlyList<Attack> All { get; } =
        [.. Descriptors().Concat(Links()).Concat(Races()).Concat(Procfs()).Concat(Devices()).Concat(Identity()).Concat(Inherited()).Concat(Filters()).OrderBy(static a => a.Case)];

    /// <summary>The one with a name.</summary>
    public static Attack Of(string name) => All.First(a => a.Name == name);
}
