namespace Inro.Linux.Cgroups;

/// <summary>Paths inside a cgroup tree: always absolute below the mount point, never with <c>.</c> or <c>..</c>.</summary>
public static class CgroupPath
{
    /// <summary>The kernel's limit of one name, in bytes.</summary>
    private const int MaxNameBytes = 255;

    /// <summary>Resolves a configured path: absolute below the mount point, relative below <paramref name="parent"/>.</summary>
    /// <exception cref="FormatException">A component is <c>..</c>, too long or holds a control character.</exception>
    public static string Resolve(string parent, string path)
    {
        string joined = path.StartsWith('/') || parent == "/" ? path : parent + "/" + path;
        List<string> parts = [];
        foreach (string part in joined.Split('/'))
        {
            if (part is "" or ".") { continue; }
            if (part == "..") { throw new FormatException($"the cgroup path '{path}' may not contain '..'"); }
            if (System.Text.Encoding.UTF8.GetByteCount(part) > MaxNameBytes || part.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
            {
                throw new FormatException($"the cgroup path '{path}' has a name that no cgroup can have");
            }

            parts.Add(part);
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>The path without its last name; <c>/</c> for the top.</summary>
    public static string Parent(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }
}
