using Inro.Engine.Registries;
using Inro.Images;
using Inro.Images.Content;
using Inro.Images.Copies;
using Inro.Images.Pulls;
using Inro.Images.Registry;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Images;

/// <content>Copies between registries, files and this instance.</content>
public sealed partial class ImageService
{
    /// <summary>Copies an image.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="ct">Ends it; nothing is half there then, but blobs that a registry was given.</param>
    /// <exception cref="EngineException">NotFound, Unauthenticated, PermissionDenied, Unavailable: a registry. InvalidArgument: the source holds no such image, or the
    /// destination cannot hold it. ResourceExhausted: a disk is full.</exception>
    public CopyResult Copy(CopyRequest request, CancellationToken ct)
    {
        using DirFd root = DirFd.Open(paths.Root);
        var content = new ContentStore(root);
        try
        {
            using FileLock? shared = request.Source.Transport == CopyTransport.Store ? StoreLock.Share(root, new TransferOptions().LockDeadline) : null; // what is removed meanwhile keeps its blobs
            using SafeFileHandle? file = OpenFile(request.Source);
            using CopySource source = Open(request, file, content, ct);
            if (request.Destination.Transport == CopyTransport.Store) { return Take(request, source, root, content, ct); }

            using CopyDestination destination = Open(request);
            return new ImageCopier(source, destination, request.Options, request.Progress, content).CopyAsync(ct).GetAwaiter().GetResult();
        }
        catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }
        catch (ImageException refused) { throw new EngineException(ErrorCode.InvalidArgument, refused.Message, refused.Remedy ?? "look at the source, or copy another image", refused); }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(request.Destination.Path.Length > 0 ? request.Destination.Path : paths.Root, full); }
        catch (LinuxException failed) when (failed.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS or Errno.ENOTDIR)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"{request.Destination}: {failed.Message}", "name a place that can be written", failed);
        }
    }

    private CopyResult Take(CopyRequest request, CopySource source, DirFd root, ContentStore content, CancellationToken ct)
    {
        bool isPlain = request.Options is { Extent: CopyExtent.System, Format: null, Packing: null, WithReferrers: false };
        if (!isPlain) { throw new EngineException(ErrorCode.InvalidArgument, "an instance holds an image for one platform, as it is", "leave --all, --multi-arch, --format, --dest-compress… and --referrers out"); }

        ImageReference name = Reference(request.Destination);
        if (name.Tag is null) { throw new EngineException(ErrorCode.InvalidArgument, "a copy into this instance gets a name with a tag", $"inro:{name.FamiliarName}:TAG"); }

        bool isFromThere = request.Source.Transport == CopyTransport.Registry && Reference(request.Source).Name == name.Name;
        var puller = new ImagePuller(root, content, new SnapshotStore(root, paths.Root), new ImageTable(table, "pull"));
        TransferOptions options = Options() with { Platform = request.Options.Platform, Parallelism = LayersAtOnce };
        return StoreCopy.TakeAsync(puller, source, name, isFromThere, options, request.Progress, ct).GetAwaiter().GetResult();
    }

    private CopySource Open(CopyRequest request, SafeFileHandle? file, ContentStore content, CancellationToken ct)
    {
        CopyLocation location = request.Source;
        switch (location.Transport)
        {
            case CopyTransport.Registry:
                ImageReference reference = Reference(location);
                RegistrySource place = request.SourceAccess.Rules.ForPush(reference);
                RegistrySet servers = request.SourceAccess.ToPull(reference);
                try { return new RegistryCopySource(servers, (place.Host, place.Repository), reference.Digest?.ToString() ?? reference.Tag!, content, ct); } // a reference has one of the two
                catch
                {
                    servers.Dispose();
                    throw;
                }

            case CopyTransport.Store:
                ImageSummary image = Resolve(location.Image!); // a location without a path has a name
                return new StoreCopySource(content, table, Digest.Parse(image.ManifestDigest), location.ToString());
            default:
                bool wantsCompressed = request.Destination.Transport is CopyTransport.Registry or CopyTransport.Layout or CopyTransport.LayoutArchive;
                return FileCopySources.Open(location, file!, content, wantsCompressed, ct); // opened for every other transport
        }
    }

    private static CopyDestination Open(CopyRequest request)
    {
        CopyLocation location = request.Destination;
        if (location.Transport == CopyTransport.Registry)
        {
            ImageReference reference = Reference(location);
            (RegistryClient client, string repository) = request.DestinationAccess.ToPush(reference);
            return new RegistryCopyDestination(client, repository, reference.Digest?.ToString() ?? reference.Tag!); // a reference has one of the two
        }

        string path = Path.GetFullPath(location.Path);
        string name = Path.GetFileName(path.TrimEnd('/'));
        if (name.Length == 0) { throw new EngineException(ErrorCode.InvalidArgument, $"{location}: the root directory cannot be a destination", "name a directory or file below it"); }

        DirFd parent = OpenParent(location, path);
        switch (location.Transport)
        {
            case CopyTransport.Layout: return new LayoutCopyDestination(location, parent, name);
            case CopyTransport.Directory: return new DirectoryCopyDestination(location, parent, name);
            default:
                bool isOther = parent.TryStatus(name, out FileStatus status) == Errno.None && status.Kind != FileKind.Regular;
                return !isOther ? new ArchiveCopyDestination(location, parent, name) : throw new EngineException(ErrorCode.InvalidArgument, $"{location}: there is something that is no plain file", "name a file");
        }
    }

    private static DirFd OpenParent(CopyLocation location, string path)
    {
        string directory = Path.GetDirectoryName(path.TrimEnd('/')) ?? "/";
        try { return DirFd.Open(directory); }
        catch (LinuxException missing) { throw new EngineException(ErrorCode.InvalidArgument, $"{location}: {directory} cannot be opened: {missing.Message}", "make that directory first", missing); }
    }

    /// <summary>The file of a source that is one.</summary>
    private static SafeFileHandle? OpenFile(CopyLocation location)
    {
        if (location.Transport is CopyTransport.Registry or CopyTransport.Store) { return null; }

        try
        {
            string path = Path.GetFullPath(location.Path);
            bool isDirectory = location.Transport is CopyTransport.Layout or CopyTransport.Directory;
            if (!isDirectory) { return File.OpenHandle(path); }

            using DirFd directory = DirFd.Open(path);
            return directory.OpenInside(".", OpenFlags.Read | OpenFlags.Directory);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.NotFound, $"{location} cannot be opened: {missing.Message}", "look at the path", missing);
        }
    }

    private static ImageReference Reference(CopyLocation location) => ImageReference.TryParse(location.Image!, out ImageReference? reference, out string? why) // a location without a path has a name
        ? reference!
        : throw new EngineException(ErrorCode.InvalidArgument, $"invalid reference format: {location}: {why}", "an image is named like debian, debian:12 or registry.example:5000/team/app@sha256:…");
}
