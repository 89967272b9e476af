using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>An OCI image layout in a directory, new or with other images in it.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-layout.md.</remarks>
public sealed class LayoutCopyDestination : CopyDestination
{
    private const string IndexLock = ".inro-index.lock";
    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(1);

    private readonly CopyLocation location;
    private readonly StagedDirectory files;
    private readonly List<Digest> written = [];
    private readonly List<(Descriptor Entry, bool IsTarget)> entries = [];

    /// <summary>Opens or makes the directory.</summary>
    /// <param name="location">As it was typed.</param>
    /// <param name="parent">Where the directory is; closed with this object.</param>
    /// <param name="directory">Its name there.</param>
    /// <exception cref="ImageException">It holds something else.</exception>
    public LayoutCopyDestination(CopyLocation location, DirFd parent, string directory)
    {
        this.location = location;
        files = new StagedDirectory(parent, directory);
        try { RequireLayout(); }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => location.ToString();

    internal override bool WantsOci => true;

    internal override bool TakesReferrers => true;

    internal override bool Has(Descriptor blob, CancellationToken ct) => files.IsStaged(NameOf(blob.Digest)) || files.Holds(PathOf(blob.Digest), blob.Digest, blob.Size);

    internal override bool Put(CopiedBlob blob, CancellationToken ct)
    {
        using Stream bytes = blob.Open(0);
        files.Write(NameOf(blob.Descriptor.Digest), bytes, ct);
        Note(blob.Descriptor.Digest);
        return false;
    }

    internal override void PutDocument(RegistryDocument document, DocumentRole role, CancellationToken ct)
    {
        Digest digest = document.Descriptor.Digest;
        if (!Has(document.Descriptor, ct))
        {
            files.Write(NameOf(digest), document.Bytes);
            Note(digest);
        }

        if (role != DocumentRole.Part) { entries.Add((document.Descriptor with { Annotations = null, Platform = null }, role == DocumentRole.Target)); }
    }

    internal override void Commit()
    {
        files.Flush();
        foreach (IGrouping<string, Digest> algorithm in written.GroupBy(static d => d.Algorithm, StringComparer.Ordinal))
        {
            using DirFd blobs = files.Below("blobs/" + algorithm.Key);
            foreach (Digest digest in algorithm) { files.Move(NameOf(digest), blobs, digest.Hex); }

            blobs.Flush();
        }

        using FileLock alone = FileLock.Acquire(files.Directory, IndexLock, shared: false, LockDeadline); // another copy may add its image to the same index
        try
        {
            files.Write("index.json", OciDocument.Write(Merged()));
            files.Write("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8);
            files.Flush();
            files.Move("oci-layout", files.Directory, "oci-layout");
            files.Move("index.json", files.Directory, "index.json");
            files.Directory.Flush();
        }
        finally { files.Directory.RemoveFile(IndexLock); }
    }

    private protected override void Close() => files.Dispose();

    private void Note(Digest digest)
    {
        lock (written) { written.Add(digest); }
    }

    /// <summary>An empty directory, or a layout.</summary>
    private void RequireLayout()
    {
        if (files.Directory.TryStatus("oci-layout", out _) == Errno.None)
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = files.Directory.OpenInside("oci-layout", OpenFlags.Read | OpenFlags.NonBlocking);
            OciDocument.CheckLayout(FileDescriptor.ReadToEnd(file, OciDocument.MaxManifestBytes, "oci-layout"));
        }
        else if (files.Names().Count > 0) { throw new ImageException($"{Name}: the directory is not empty, and no OCI layout", "name another directory, or empty it"); }
    }

    private ImageIndex Merged()
    {
        ImageIndex index = Existing() ?? new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.OciIndex, Manifests = [] };
        List<Descriptor> manifests = [.. index.Manifests];
        foreach ((Descriptor entry, bool isTarget) in entries)
        {
            string? name = isTarget ? location.Image : null;
            if (name is not null) { manifests.RemoveAll(m => LayoutNames.Is(m, name)); }

            bool isThere = name is null && manifests.Exists(m => m.Digest == entry.Digest);
            if (!isThere) { manifests.Add(name is null ? entry : entry with { Annotations = new Dictionary<string, string> { [Annotations.RefName] = name } }); }
        }

        return index with { Manifests = manifests };
    }

    private ImageIndex? Existing()
    {
        if (files.Directory.TryStatus("index.json", out _) != Errno.None) { return null; }

        using Microsoft.Win32.SafeHandles.SafeFileHandle file = files.Directory.OpenInside("index.json", OpenFlags.Read | OpenFlags.NonBlocking);
        return OciDocument.ReadIndex(FileDescriptor.ReadToEnd(file, OciDocument.MaxManifestBytes, "index.json"));
    }

    private static string NameOf(Digest digest) => $"{digest.Algorithm}-{digest.Hex}";

    private static string PathOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";
}
