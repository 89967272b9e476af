using Inro.Engine.Registries;
using Inro.Images.Content;
using Inro.Images.Copies;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Manifests;

/// <summary>Lists of manifests: put together here, of manifests that are at registries, and given to a registry as an index.</summary>
/// <param name="paths">Of the instance.</param>
/// <param name="access">How registries are asked.</param>
public sealed class ManifestService(InstancePaths paths, RegistryAccess access)
{
    private readonly ManifestListStore lists = new(paths);

    /// <summary>The list of that name.</summary>
    /// <exception cref="EngineException">NotFound: there is none.</exception>
    public ManifestList Find(ImageReference name) => lists.Find(name) ?? throw NoSuchList(name);

    /// <summary>The list of that name, or null.</summary>
    public ManifestList? TryFind(ImageReference name) => lists.Find(name);

    /// <summary>Removes lists.</summary>
    /// <exception cref="EngineException">NotFound: there is none of that name.</exception>
    public void Remove(ImageReference name)
    {
        if (!lists.Remove(name)) { throw NoSuchList(name); }
    }

    /// <summary>Makes a list, or adds to one.</summary>
    /// <param name="name">Of the list.</param>
    /// <param name="manifests">At registries.</param>
    /// <param name="amends">Whether there may be such a list already.</param>
    /// <param name="withAll">Whether all manifests of an index are taken; without, an index is refused.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EngineException">AlreadyExists: there is such a list. Those of registries.</exception>
    public ManifestList Add(ImageReference name, IReadOnlyList<ImageReference> manifests, bool amends, bool withAll, CancellationToken ct)
    {
        RequireFree(lists.Find(name), name, amends);
        List<ManifestEntry> entries = [];
        foreach (ImageReference manifest in manifests) { entries.AddRange(Fetch(manifest, withAll, ct)); }

        return lists.Change(name, list =>
        {
            RequireFree(list, name, amends);
            List<ManifestEntry> all = [.. list?.Manifests ?? []];
            foreach (ManifestEntry entry in entries)
            {
                all.RemoveAll(e => e.Reference == entry.Reference || e.Descriptor.Digest == entry.Descriptor.Digest);
                all.Add(entry);
            }

            return new ManifestList { Name = name.ToString(), Manifests = all };
        });
    }

    /// <summary>Changes what a list says of a manifest.</summary>
    /// <exception cref="EngineException">NotFound: no such list, or no such manifest in it.</exception>
    public void Annotate(ImageReference name, ImageReference manifest, Func<Platform, Platform> change) => lists.Change(name, list =>
    {
        ManifestEntry entry = FindIn(list ?? throw NoSuchList(name), manifest);
        Platform before = entry.Descriptor.Platform ?? new Platform { Architecture = "", OperatingSystem = "" };
        return list with { Manifests = [.. list.Manifests.Select(m => m != entry ? m : entry with { Descriptor = entry.Descriptor with { Platform = change(before) } })] };
    });

    /// <summary>A manifest of a list, by the reference that it was added by, or another with the same digest.</summary>
    /// <exception cref="EngineException">NotFound: it is not in the list.</exception>
    public static ManifestEntry FindIn(ManifestList list, ImageReference manifest) =>
        list.Manifests.FirstOrDefault(m => m.Reference == manifest.ToString() || (manifest.Digest is { } digest && m.Descriptor.Digest == digest))
        ?? throw new EngineException(ErrorCode.NotFound, $"manifest for image {manifest.Familiar} does not exist in {ImageReference.Parse(list.Name).Familiar}", $"inro manifest inspect {ImageReference.Parse(list.Name).Familiar} shows what is in it");

    /// <summary>A manifest at its registry: one, or all of an index.</summary>
    public IReadOnlyList<ManifestEntry> Fetch(ImageReference reference, bool withAll, CancellationToken ct)
    {
        try
        {
            using RegistrySet registry = access.ToPull(reference);
            return new ManifestFetch(registry, reference, ct).Read(withAll);
        }
        catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }
        catch (Exception refused) when (refused is ImageException or FormatException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"{reference.Familiar}: {refused.Message}", (refused as ImageException)?.Remedy ?? "ask who pushed it", refused);
        }
    }

    /// <summary>An index or manifest at its registry, as it is there.</summary>
    public RegistryDocument Document(ImageReference reference, CancellationToken ct)
    {
        try
        {
            using RegistrySet registry = access.ToPull(reference);
            return registry.GetDocument(reference.Digest?.ToString() ?? reference.Tag!, ct); // a reference has one of the two
        }
        catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }
    }

    /// <summary>Gives a list to its registry; manifests that are elsewhere are copied there first.</summary>
    /// <param name="name">Of the list.</param>
    /// <param name="copied">Told of each manifest that was copied.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Digest of the index.</returns>
    public Digest Push(ImageReference name, Action<ImageReference, Digest> copied, CancellationToken ct)
    {
        ManifestList list = Find(name);
        ManifestEntry? unfinished = list.Manifests.FirstOrDefault(static m => m.Descriptor.Platform is not { Architecture.Length: > 0, OperatingSystem.Length: > 0 });
        if (unfinished is not null)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"manifest {unfinished.Reference} must have an OS and Architecture to be pushed to a registry", $"inro manifest annotate --os linux --arch amd64 {name.Familiar} {unfinished.Reference}");
        }

        using DirFd root = DirFd.Open(paths.Root);
        var content = new ContentStore(root);
        try
        {
            foreach (ManifestEntry entry in list.Manifests) { CopyManifest(ImageReference.Parse(entry.Reference), entry.Descriptor.Digest, name, content, copied, ct); }

            ImageIndex index = list.ToIndex();
            byte[] bytes = OciDocument.Write(index);
            (RegistryClient client, string repository) = access.ToPush(name);
            using (client) { client.PutDocument(repository, name.Tag ?? Digest.Sha256(bytes).ToString(), bytes, index.MediaType!, ct); } // made with one
            return Digest.Sha256(bytes);
        }
        catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }
        catch (ImageException refused) { throw new EngineException(ErrorCode.InvalidArgument, refused.Message, refused.Remedy ?? "add the manifest to the list again", refused); }
    }

    private void CopyManifest(ImageReference from, Digest digest, ImageReference to, ContentStore content, Action<ImageReference, Digest> copied, CancellationToken ct)
    {
        if (from.Name == to.Name) { return; }

        RegistrySource place = access.Rules.ForPush(from);
        (RegistryClient client, string repository) = access.ToPush(to);
        using var destination = new RegistryCopyDestination(client, repository, digest.ToString());
        using var source = new RegistryCopySource(access.ToPull(from), (place.Host, place.Repository), digest.ToString(), content, ct);
        new ImageCopier(source, destination, new CopyOptions { Extent = CopyExtent.All }, null).CopyAsync(ct).GetAwaiter().GetResult();
        copied(ImageReference.Parse($"{to.Name}@{digest}"), digest);
    }

    private static void RequireFree(ManifestList? list, ImageReference name, bool amends)
    {
        if (list is not null && !amends)
        {
            throw new EngineException(ErrorCode.AlreadyExists, "refusing to amend an existing manifest list with no --amend flag", $"inro manifest create --amend {name.Familiar} …, or inro manifest rm {name.Familiar}");
        }
    }

    private static EngineException NoSuchList(ImageReference name) => new(ErrorCode.NotFound, $"No such manifest: {name}", $"inro manifest create {name.Familiar} MANIFEST…");
}
