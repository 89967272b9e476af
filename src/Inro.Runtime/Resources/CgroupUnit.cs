namespace Inro.Runtime.Resources;

/// <summary>The unit of systemd that a container's cgroup is. Kept in the state: whoever ends the container ends the unit.</summary>
/// <param name="Name">Its name, which ends in <c>.scope</c> or <c>.slice</c>.</param>
/// <param name="Slice">The slice in which it is.</param>
/// <param name="IsUser">Whether it belongs to a user's systemd and not to the system's.</param>
public sealed record CgroupUnit(string Name, string Slice, bool IsUser)
{
    /// <summary>Whether it is a slice: that has no processes to begin with.</summary>
    public bool IsSlice => Name.EndsWith(".slice", StringComparison.Ordinal);
}
