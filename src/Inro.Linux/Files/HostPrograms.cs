namespace Inro.Linux.Files;

/// <summary>Finds programs of the host as a shell does.</summary>
public static class HostPrograms
{
    /// <summary>Where they usually are.</summary>
    public const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>This process's <c>PATH</c>; <see cref="UsualPath"/> where it has none.</summary>
    public static string SearchPath => Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } own ? own : UsualPath;

    /// <summary>The path of a program; null if there is none of that name.</summary>
    /// <param name="name">A name with a slash is a path already.</param>
    /// <param name="searchPath">Directories with colons between them; null is <see cref="SearchPath"/>.</param>
    public static string? Find(string name, string? searchPath = null)
    {
        if (name.Contains('/', StringComparison.Ordinal)) { return File.Exists(name) ? Path.GetFullPath(name) : null; }

        foreach (string directory in (searchPath ?? SearchPath).Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = $"{directory}/{name}";
            if (File.Exists(candidate)) { return candidate; }
        }

        return null;
    }
}
