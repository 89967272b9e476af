namespace Inro.Engine.Archives;

/// <summary>Paths as docker's cp reads them: what stands at their ends says something.</summary>
public static class CopyPath
{
    /// <summary>Whether the path can only be a directory: it ends with a slash, or says "all that is in it".</summary>
    public static bool NamesDirectory(string path) => path.EndsWith('/') || NamesContent(path);

    /// <summary>Whether the path ends with the name <c>.</c>: what is in the directory, and not the directory itself.</summary>
    public static bool NamesContent(string path) => path == "." || path.EndsWith("/.", StringComparison.Ordinal);

    /// <summary>Takes the last name off. Names before it stay as they are: <c>..</c> behind a link is the kernel's to understand.</summary>
    /// <returns>The directory, and the name; <c>.</c> where the path says "what is in it" or ends with <c>..</c>, or is the root.</returns>
    public static (string Directory, string Name) Split(string path)
    {
        if (NamesContent(path)) { return (path.Length > 2 ? path[..^2] : path.StartsWith('/') ? "/" : ".", "."); }

        string plain = path.TrimEnd('/');
        int slash = plain.LastIndexOf('/');
        string name = plain[(slash + 1)..];
        return name switch
        {
            "" => ("/", "."),
            "." or ".." => (plain, "."),
            _ => (slash < 0 ? "." : slash == 0 ? "/" : plain[..slash], name),
        };
    }

    /// <summary>Without repeated slashes, <c>.</c> and <c>..</c>, by the names alone.</summary>
    public static string Clean(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") { parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count)); }
            else if (part != ".") { parts.Add(part); }
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>The name that a source has in an archive: its last one as typed, <c>.</c> for what is in a directory, or for the root.</summary>
    public static string NameInArchive(string path) => Split(path).Name;
}
