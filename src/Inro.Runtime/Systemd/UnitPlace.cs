using System.Text;

namespace Inro.Runtime.Systemd;

/// <summary>The unit that <c>linux.cgroupsPath</c> names in systemd's form, <c>slice:prefix:name</c>.</summary>
/// <param name="Name">Of the unit: <c>prefix-name.scope</c>, or the name itself where it is a slice's.</param>
/// <param name="Slice">The slice that it belongs to.</param>
/// <param name="Path">Its cgroup below that of its systemd.</param>
internal sealed record UnitPlace(string Name, string Slice, string Path)
{
    public const string SliceSuffix = ".slice";

    /// <summary>Prefix of a unit whose name the configuration does not give.</summary>
    public const string DefaultPrefix = "inro";

    private const int MaxNameBytes = 255;
    private const string RootSlice = "-.slice";

    /// <summary>Whether a name is a slice's.</summary>
    public static bool IsSlice(string unit) => unit.EndsWith(SliceSuffix, StringComparison.Ordinal);

    /// <summary>Reads <c>linux.cgroupsPath</c>.</summary>
    /// <param name="cgroupsPath">Null or empty gives a scope named after the container.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="isUser">Whether a user's systemd makes it: then <c>user.slice</c> is the default.</param>
    /// <exception cref="RuntimeException">It is not of that form, or not the name of a unit.</exception>
    public static UnitPlace Parse(string? cgroupsPath, string id, bool isUser)
    {
        string[] parts = string.IsNullOrEmpty(cgroupsPath) ? ["", DefaultPrefix, id] : cgroupsPath.Split(':');
        if (parts is not [var slice, var prefix, var name])
        {
            throw Invalid($"expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"{cgroupsPath}\" instead", "leave it out, or leave --systemd-cgroup out");
        }

        slice = slice switch { "" => isUser ? "user.slice" : "system.slice", "-" => RootSlice, _ => slice };
        string parent = Expand(slice);
        string unit = IsSlice(name) ? name : $"{prefix}-{name}.scope";
        if (name.Length == 0 || !IsUnitName(unit)) { throw Invalid($"\"{unit}\" cannot be the name of a unit", "use letters, digits and : - _ . \\ only, 255 bytes at most"); }

        return new UnitPlace(unit, slice, IsSlice(name) ? Expand(name) : parent + "/" + unit);
    }

    /// <summary>The cgroup of a slice: <c>a-b.slice</c> is <c>/a.slice/a-b.slice</c>, and <c>-.slice</c> the top, which is empty.</summary>
    /// <exception cref="RuntimeException">It is no slice's name.</exception>
    internal static string Expand(string slice)
    {
        if (slice == RootSlice) { return ""; }

        string stem = IsSlice(slice) ? slice[..^SliceSuffix.Length] : "";
        var path = new StringBuilder();
        for (int end = 0; end <= stem.Length; end++)
        {
            if (end < stem.Length && stem[end] != '-') { continue; }
            if (end == 0 || stem[end - 1] == '-') { throw Invalid($"invalid slice name: {slice}", "a slice is named a.slice or, inside of that, a-b.slice"); }

            path.Append('/').Append(stem, 0, end).Append(SliceSuffix);
        }

        return IsUnitName(slice) ? path.ToString() : throw Invalid($"invalid slice name: {slice}", "use letters, digits and : - _ . \\ only, 255 bytes at most");
    }

    private static bool IsUnitName(string name)
    {
        bool valid = name.Length is > 0 and <= MaxNameBytes;
        foreach (char c in name) { valid &= char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.' or '\\'; }

        return valid;
    }

    private static RuntimeException Invalid(string problem, string remedy) => RuntimeException.Invalid("linux.cgroupsPath", problem, remedy);
}
