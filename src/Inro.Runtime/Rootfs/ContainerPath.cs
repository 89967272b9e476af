namespace Inro.Runtime.Rootfs;

/// <summary>Paths of the container as text, before the kernel resolves them inside the root.</summary>
internal static class ContainerPath
{
    /// <summary>Longest path that the kernel takes, in bytes with its final zero.</summary>
    public const int MaxBytes = 4096;

    /// <summary>The names of a path from the root, without empty ones, "." and "..": the last cannot climb above the root.</summary>
    /// <exception cref="RuntimeException">Holds a zero byte or is too long.</exception>
    public static string[] Names(string field, string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal)) { throw RuntimeException.Invalid(field, "a path cannot hold a zero byte"); }

        if (System.Text.Encoding.UTF8.GetByteCount(path) >= MaxBytes) { throw RuntimeException.Invalid(field, "the path is longer than 4095 bytes"); }

        var names = new List<string>(8);
        foreach (Range range in path.AsSpan().Split('/'))
        {
            ReadOnlySpan<char> name = path.AsSpan(range);
            if (name.IsEmpty || name is ".") { continue; }

            if (name is not "..") { names.Add(name.ToString()); }
            else if (names.Count > 0) { names.RemoveAt(names.Count - 1); }
        }

        return [.. names];
    }

    /// <summary>The path that the names make, absolute.</summary>
    public static string Join(ReadOnlySpan<string> names) => "/" + string.Join('/', names);

    /// <summary>Whether <paramref name="path"/> is <paramref name="directory"/> or lies below it; both as <see cref="Join"/> makes them.</summary>
    public static bool IsAtOrBelow(string path, string directory) =>
        directory is "/" || (path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/'));
}
