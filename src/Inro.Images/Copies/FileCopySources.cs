using Inro.Images.Archives;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers.Tar;
using Inro.Images.Transfers;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Copies;

/// <summary>Opens what is copied from files.</summary>
public static class FileCopySources
{
    /// <summary>Opens.</summary>
    /// <param name="location">Which image, of which kind of file.</param>
    /// <param name="file">The file or directory, opened for reading; owned by the caller, who keeps it open.</param>
    /// <param name="scratch">Where what must be kept for the time of the copy is kept.</param>
    /// <param name="wantsCompressed">Whether layers that have no manifest yet are compressed.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ImageException">It is no such file, or has no such image.</exception>
    public static CopySource Open(CopyLocation location, SafeFileHandle file, ContentStore scratch, bool wantsCompressed, CancellationToken ct)
    {
        string name = location.ToString();
        ArchiveFiles? files = null;
        try
        {
            files = ArchiveOpener.Open(file, scratch, ct);
            return location.Transport switch
            {
                CopyTransport.Directory => new DirectoryCopySource(files, name),
                CopyTransport.DockerArchive when InLayout(files, location) is { } layout => layout,
                CopyTransport.DockerArchive => new DockerArchiveCopySource(files, name, location.Image, wantsCompressed ? scratch : null, ct),
                _ => new LayoutCopySource(files, name, location.Image),
            };
        }
        catch (Exception damage) when (damage is FormatException or TarFormatException or BlobMismatchException or InvalidDataException)
        {
            files?.Dispose();
            throw new ImageException($"{name}: {damage.Message}", cause: damage);
        }
        catch
        {
            files?.Dispose();
            throw;
        }
    }

    /// <summary>What newer programs write is a layout, too: there the image has a manifest, and keeps it.</summary>
    private static LayoutCopySource? InLayout(ArchiveFiles files, CopyLocation location)
    {
        if (files.Find("oci-layout") is null || files.Find("index.json") is null) { return null; }

        try { return new LayoutCopySource(files, location.ToString(), location.Image); }
        catch (ImageException) when (files.Find("manifest.json") is not null) { return null; } // the older list may know it
    }
}
