namespace Inro.KernelTests.Harness;

/// <summary>A directory that is there for one test. Disposing it unmounts what is mounted beneath before anything is removed.</summary>
public sealed class TempDir : IDisposable
{
    private TempDir(string path) => Path = path;

    /// <summary>The directory's absolute path; its last part is unique on this machine.</summary>
    public string Path { get; }

    /// <summary>An empty directory under TMPDIR (default /tmp), mode 0755.</summary>
    public static TempDir Create()
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "inro-test-" + Guid.NewGuid().ToString("N")[..12]);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return new TempDir(path);
    }

    /// <summary>A directory that holds these files; a path that ends with a slash makes an empty directory.</summary>
    public static TempDir With(params (string Path, string Content)[] files)
    {
        TempDir directory = Create();
        foreach ((string path, string content) in files)
        {
            if (path.EndsWith('/')) { directory.Dir(path); }
            else { directory.File(path, content); }
        }

        return directory;
    }

    /// <summary>The full path of <paramref name="name"/> in this directory.</summary>
    public static string operator /(TempDir directory, string name) => System.IO.Path.Combine(directory.Path, name.TrimStart('/'));

    /// <summary>Writes a file, and makes the directories on its way.</summary>
    /// <returns>Its full path.</returns>
    public string File(string name, string content, UnixFileMode? mode = null)
    {
        string path = this / name;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        if (mode is { } bits) { System.IO.File.SetUnixFileMode(path, bits); }

        return path;
    }

    /// <summary>Makes a directory and those on its way.</summary>
    /// <returns>Its full path.</returns>
    public string Dir(string name) => Directory.CreateDirectory(this / name.TrimEnd('/')).FullName;

    /// <summary>Makes a symbolic link whose target is written as given.</summary>
    /// <returns>The link's full path.</returns>
    public string Link(string name, string target)
    {
        string path = this / name;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.CreateSymbolicLink(path, target);
        return path;
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    /// <inheritdoc/>
    public void Dispose()
    {
        Tree.Unmount(Path);
        Tree.Remove(Path);
    }
}
