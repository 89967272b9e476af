using System.Text;
using Inro.Images.Bytes;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Transfers;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Archives;

/// <summary>An uncompressed tar file: its headers are read once, its files then from their places, several at a time.</summary>
internal sealed class TarArchive : ArchiveFiles
{
    private readonly ArchiveNames names = new();

    /// <summary>Reads the headers.</summary>
    /// <param name="file">Owned by the caller.</param>
    /// <param name="size">Its length in bytes.</param>
    public TarArchive(SafeFileHandle file, long size)
    {
        using var chunks = new FileRangeChunks(file, 0, size);
        var reader = new TarReader(chunks);
        while (reader.Next() is { } entry)
        {
            names.Add(entry, entry.Kind == TarEntryKind.File && entry.Sparse is null
                ? new ArchiveFile(entry.StoredSize, file, entry.DataOffset)
                : null);
        }
    }

    public override ArchiveFile? Find(string path) => names.Find(path);

    public override void Dispose()
    {
    }
}

/// <summary>Paths of an archive, with the links that older programs put in the place of repeated layers.</summary>
internal sealed class ArchiveNames
{
    private const int MaxLinks = 8;

    private readonly Dictionary<string, ArchiveFile> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> links = new(StringComparer.Ordinal);

    public void Add(TarEntry entry, ArchiveFile? file)
    {
        string path = Text(LayerPath.Clean(entry.Name));
        if (files.Count + links.Count >= ArchiveFiles.MaxFiles) { throw new ImageException($"the archive has more than {ArchiveFiles.MaxFiles} files"); }

        if (file is not null) { files[path] = file; }
        else if (entry.Kind == TarEntryKind.HardLink) { links[path] = Text(LayerPath.Clean(entry.LinkName)); }
        else if (entry.Kind == TarEntryKind.SymbolicLink)
        {
            byte[] beside = [.. LayerPath.Parent(LayerPath.Clean(entry.Name)), (byte)'/', .. entry.LinkName];
            links[path] = Text(LayerPath.Clean(beside));
        }
    }

    public ArchiveFile? Find(string path)
    {
        string clean = Text(LayerPath.Clean(Encoding.UTF8.GetBytes(path)));
        for (int i = 0; i < MaxLinks; i++)
        {
            if (files.TryGetValue(clean, out ArchiveFile? file)) { return file; }

            if (!links.TryGetValue(clean, out string? target)) { return null; }

            clean = target;
        }

        return null;
    }

    private static string Text(byte[] path) => Encoding.UTF8.GetString(path);
}
