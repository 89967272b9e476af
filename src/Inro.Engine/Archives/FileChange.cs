namespace Inro.Engine.Archives;

/// <summary>What became of a file. The numbers are those of docker's API.</summary>
public enum FileChangeKind
{
    /// <summary>It is another one, or looks otherwise.</summary>
    Changed = 0,

    /// <summary>It was not there.</summary>
    Added = 1,

    /// <summary>It is gone.</summary>
    Deleted = 2,
}

/// <summary>A difference between two trees of files.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="PathBytes">Its path without a slash before it; any bytes.</param>
public sealed record FileChange(FileChangeKind Kind, byte[] PathBytes)
{
    /// <summary>The letter that docker shows.</summary>
    public char Letter => Kind switch { FileChangeKind.Added => 'A', FileChangeKind.Deleted => 'D', _ => 'C' };

    /// <summary>The path for people and programs; bytes that are not UTF-8 are replaced.</summary>
    public string Path => "/" + System.Text.Encoding.UTF8.GetString(PathBytes);
}
