using Inro.Images;
using Inro.Images.Archives;
using Inro.Images.Transfers;
using Inro.Images.Content;
using Inro.Images.Pulls;
using Inro.Images.Snapshots;
using Inro.KernelTests.Harness;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.KernelTests.Images.Support;

/// <summary>A whole image store in a directory of its own.</summary>
public sealed class ImageStore : IDisposable
{
    private readonly DirFd root;

    public ImageStore(MemoryImageMetadata? metadata = null, string? at = null)
    {
        Directory = TempDir.Create();
        Path = at ?? Directory.Path;
        root = DirFd.Open(Path);
        Metadata = metadata ?? new MemoryImageMetadata();
        Content = new ContentStore(root);
        Snapshots = new SnapshotStore(root, Path);
        Loader = new ImageLoader(root, Content, Snapshots, Metadata);
        Puller = new ImagePuller(root, Content, Snapshots, Metadata);
    }

    public TempDir Directory { get; }

    public string Path { get; }

    public MemoryImageMetadata Metadata { get; }

    public ContentStore Content { get; }

    public SnapshotStore Snapshots { get; }

    public ImageLoader Loader { get; }

    public ImagePuller Puller { get; }

    public async Task<TransferResult> LoadAsync(string archive, TransferOptions? options = null)
    {
        using SafeFileHandle file = Open(archive);
        return await Loader.LoadAsync(file, options ?? new TransferOptions(), null, CancellationToken.None);
    }

    public Task<TransferResult> LoadStreamAsync(Stream archive, TransferOptions? options = null) =>
        Loader.LoadAsync(archive, options ?? new TransferOptions(), null, CancellationToken.None);

    /// <summary>What the kernel shows through a read-only view of the only image's chain.</summary>
    public string LayerPath(TransferResult loaded, int fromTop = 0) =>
        $"{Path}/snapshots/{Metadata.FindChain(loaded.Images[0].ChainId!.Value)![fromTop]}/fs";

    /// <summary>Files that a failed load must not leave.</summary>
    public string[] Leavings() =>
    [
        .. System.IO.Directory.EnumerateFileSystemEntries(Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(p => System.IO.Path.GetRelativePath(Path, p))
            .Where(p => p is not ("blobs" or "ingest" or "snapshots" or "images.lock" or "blobs/sha256")),
    ];

    /// <summary>What the repair after a kill does.</summary>
    public void Collect()
    {
        using FileLock? alone = StoreLock.TryOwn(root);
        Xunit.Assert.NotNull(alone);
        Content.RemoveUnknown(Metadata.KnownBlobs());
        Snapshots.RemoveUnknown(Metadata.KnownSnapshots);
    }

    public void Dispose()
    {
        root.Dispose();
        Directory.Dispose();
    }

    private static SafeFileHandle Open(string path)
    {
        using DirFd parent = DirFd.Open(System.IO.Path.GetDirectoryName(path)!);
        return parent.OpenInside(System.IO.Path.GetFileName(path), OpenFlags.Read);
    }
}
