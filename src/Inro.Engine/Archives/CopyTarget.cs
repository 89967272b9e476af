namespace Inro.Engine.Archives;

/// <summary>Where a copy goes, by docker's rules.</summary>
/// <param name="Directory">The directory that the archive is unpacked in; it must be there.</param>
/// <param name="Name">What the source is called in it; <c>.</c>: the directory takes what is in the source.</param>
public sealed record CopyTarget(string Directory, string Name)
{
    /// <summary>Decides.</summary>
    /// <param name="source">The source's path as typed.</param>
    /// <param name="isDirectory">Whether the source is a directory.</param>
    /// <param name="typed">The target's path as typed, absolute.</param>
    /// <param name="place">What is there, links followed.</param>
    /// <exception cref="EngineException">InvalidArgument: the two do not fit.</exception>
    public static CopyTarget Of(string source, bool isDirectory, string typed, TreePlace place)
    {
        if (place.IsDirectory) { return new CopyTarget(place.Path, CopyPath.NameInArchive(source)); }

        if (place.Status is not null)
        {
            return !isDirectory
                ? new CopyTarget(place.DirectoryPath, place.Name)
                : throw new EngineException(ErrorCode.InvalidArgument, "cannot copy directory", $"{typed} is a file: name a directory, or one that is not there yet");
        }

        return isDirectory || !CopyPath.NamesDirectory(typed)
            ? new CopyTarget(place.DirectoryPath, place.Name)
            : throw new EngineException(ErrorCode.InvalidArgument, "no such directory", $"make {typed} first, or leave out what stands behind its name");
    }
}
