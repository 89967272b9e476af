using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>The parts of one image as plain files of a directory; what an earlier copy left there is replaced.</summary>
/// <remarks>Source: containers-transports(5), "dir:path".</remarks>
public sealed class DirectoryCopyDestination : CopyDestination
{
    private const string VersionFile = "version";
    private const string ManifestFile = "manifest.json";

    private readonly CopyLocation location;
    private readonly StagedDirectory files;
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    /// <summary>Opens or makes the directory.</summary>
    /// <param name="location">As it was typed.</param>
    /// <param name="parent">Where the directory is; closed with this object.</param>
    /// <param name="directory">Its name there.</param>
    /// <exception cref="ImageException">It holds something else.</exception>
    public DirectoryCopyDestination(CopyLocation location, DirFd parent, string directory)
    {
        this.location = location;
        files = new StagedDirectory(parent, directory);
        IReadOnlyList<string> names = files.Names();
        if (names.Count == 0 || names.Contains(VersionFile)) { return; }

        files.Dispose();
        throw new ImageException($"{Name}: the directory is not empty, and holds no image of this kind", "name another directory, or empty it");
    }

    /// <inheritdoc/>
    public override string Name => location.ToString();

    internal override bool Has(Descriptor blob, CancellationToken ct)
    {
        string name = blob.Digest.Hex;
        if (files.IsStaged(name)) { return true; }

        if (!files.Holds(name, blob.Digest, blob.Size)) { return false; }

        Keep(name);
        return true;
    }

    internal override bool Put(CopiedBlob blob, CancellationToken ct)
    {
        using Stream bytes = blob.Open(0);
        files.Write(blob.Descriptor.Digest.Hex, bytes, ct);
        Keep(blob.Descriptor.Digest.Hex);
        return false;
    }

    internal override void PutDocument(RegistryDocument document, DocumentRole role, CancellationToken ct)
    {
        string name = role == DocumentRole.Target ? ManifestFile : document.Descriptor.Digest.Hex + "." + ManifestFile;
        files.Write(name, document.Bytes);
        Keep(name);
    }

    internal override void Commit()
    {
        files.Write(VersionFile, "Directory Transport Version: 1.1\n"u8);
        Keep(VersionFile);
        files.Flush();
        foreach (string name in written.Where(n => n != ManifestFile && files.IsStaged(n))) { files.Move(name, files.Directory, name); }

        files.Move(ManifestFile, files.Directory, ManifestFile); // from here on it is this image
        foreach (string old in files.Names().Where(n => !written.Contains(n) && IsPart(n))) { files.Directory.RemoveFile(old); }

        files.Directory.Flush();
    }

    private protected override void Close() => files.Dispose();

    private void Keep(string name)
    {
        lock (written) { written.Add(name); }
    }

    /// <summary>A name that such a copy gives: of a blob, a manifest or a signature.</summary>
    private static bool IsPart(string name)
    {
        string stem = name.EndsWith("." + ManifestFile, StringComparison.Ordinal) ? name[..^(ManifestFile.Length + 1)] : name;
        return name.StartsWith("signature-", StringComparison.Ordinal) || (stem.Length is 64 or 96 or 128 && stem.All(char.IsAsciiHexDigitLower));
    }
}
