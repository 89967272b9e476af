using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>Cgroups below a container's, which somebody in the container has made: where an exec may be put.</summary>
internal static class SubCgroup
{
    /// <summary>The container's cgroups with those replaced that were asked for.</summary>
    /// <param name="own">The container's.</param>
    /// <param name="asked">One path for all trees, or <c>controller[,controller…]:path</c> each.</param>
    /// <exception cref="RuntimeException">A path leads out of the container's cgroup or to none, or a controller is unknown or given twice.</exception>
    public static IReadOnlyList<CgroupLocation> Below(IReadOnlyList<CgroupLocation> own, IReadOnlyList<string> asked)
    {
        if (asked.Count == 0) { return own; }

        Dictionary<string, string> paths = Parse(asked);
        return paths.TryGetValue("", out string? all) ? [.. own.Select(tree => Open(tree, all, mayBeAbsent: IsBare(tree, own)))] : ByController(own, paths);
    }

    private static Dictionary<string, string> Parse(IReadOnlyList<string> asked)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string argument in asked)
        {
            string[] parts = argument.Split(':');
            if (parts.Length > 2) { throw Invalid($"invalid --cgroup argument: {argument}"); }

            if (parts.Length == 1 && asked.Count > 1) { throw Invalid($"invalid --cgroup argument: {argument} (missing <controller>: prefix)"); }

            foreach (string controller in parts.Length == 1 ? [""] : parts[0].Split(','))
            {
                if (!paths.TryAdd(controller, parts[^1])) { throw Invalid($"invalid --cgroup argument(s): controller {controller} specified multiple times"); }
            }
        }

        return paths;
    }

    private static CgroupLocation[] ByController(IReadOnlyList<CgroupLocation> own, Dictionary<string, string> paths)
    {
        CgroupLocation[] result = [.. own];
        foreach ((string controller, string path) in paths)
        {
            int index = Array.FindIndex(result, tree => tree.Has(controller));
            if (index < 0) { throw Invalid($"unknown controller {controller} in --cgroup"); }

            result[index] = Open(own[index], path, mayBeAbsent: false);
        }

        return result;
    }

    private static CgroupLocation Open(CgroupLocation tree, string path, bool mayBeAbsent)
    {
        if (path.Split('/').Contains("..", StringComparer.Ordinal)) { throw Invalid($"{path} is not a sub cgroup path"); }

        CgroupLocation below = tree with { Path = Resolve(tree.Path, path) };
        using CgroupDirectory? directory = CgroupDirectory.TryOpen(below.MountPoint, below.Path);
        if (directory is not null) { return below; }

        return mayBeAbsent ? tree : throw new RuntimeException(RuntimeError.Failed, $"there is no cgroup {below.Directory}", "make it from within the container first");
    }

    private static string Resolve(string own, string path)
    {
        try { return CgroupPath.Resolve(own, path.TrimStart('/')); }
        catch (FormatException e) { throw new RuntimeException(RuntimeError.InvalidConfiguration, e.Message, null, e); }
    }

    // Beside v1 trees, a v2 tree that governs nothing: who made the cgroups of the controllers need not have made it there.
    private static bool IsBare(CgroupLocation tree, IReadOnlyList<CgroupLocation> own) => tree.IsUnified && tree.Controllers.Count == 0 && own.Count > 1;

    private static RuntimeException Invalid(string problem) => new(RuntimeError.InvalidConfiguration, problem);
}
