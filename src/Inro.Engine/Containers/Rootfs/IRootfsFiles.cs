namespace Inro.Engine.Containers.Rootfs;

/// <summary>Reads small files of a container's root file system while it is not mounted, or not by us.</summary>
public interface IRootfsFiles
{
    /// <summary>The content of a regular file, or null where there is none. Links stay inside the root file system.</summary>
    /// <param name="path">From the root, with or without the first slash.</param>
    /// <param name="maxBytes">A longer file counts as damaged.</param>
    /// <exception cref="InvalidDataException">The file is longer, or no regular file.</exception>
    byte[]? TryRead(string path, int maxBytes);
}
