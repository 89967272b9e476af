using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>Open directories of a layer by their paths: entries come directory by directory, so nearly every parent is here.</summary>
internal sealed class DirectoryCache(DirFd root) : IDisposable
{
    /// <summary>Descriptors held at most; two layers at once stay far below the usual limit of 1,024.</summary>
    private const int MaxOpen = 128;

    private readonly Dictionary<byte[], DirFd> open = new(PathComparer.Instance);
    private bool stale;

    /// <summary>Begins an entry: what became stale or too much is closed now, so that directories found later stay open until the entry is done.</summary>
    public void BeginEntry()
    {
        if (!stale && open.Count < MaxOpen) { return; }

        Dispose();
        stale = false;
    }

    /// <summary>A directory or a link was taken away: paths may lead elsewhere from the next entry on.</summary>
    public void Invalidate() => stale = true;

    public DirFd? Find(ReadOnlySpan<byte> path) =>
        path.IsEmpty ? root
        : open.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out DirFd? directory) ? directory : null;

    public DirFd Add(ReadOnlySpan<byte> path, DirFd directory)
    {
        open.Add(path.ToArray(), directory);
        return directory;
    }

    public void Dispose()
    {
        foreach (DirFd directory in open.Values) { directory.Dispose(); }

        open.Clear();
    }
}
