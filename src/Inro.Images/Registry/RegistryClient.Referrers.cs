using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Registry;

/// <content>What refers to manifests. A registry without the call keeps them in an index under a tag made of the digest, and its clients write that.</content>
/// <remarks>Source: OCI distribution-spec v1.1.1, "Listing Referrers" and "Pushing Manifests with Subject".</remarks>
public sealed partial class RegistryClient
{
    private const string SubjectHeader = "OCI-Subject";
    private const int TagHexLength = 64; // a tag has room for no more of a longer digest

    /// <summary>What refers to a manifest: signatures, attestations, lists of parts.</summary>
    /// <exception cref="RegistryException">The registry does not tell, or what it tells cannot be read.</exception>
    public IReadOnlyList<Descriptor> ListReferrers(string repository, Digest digest, CancellationToken ct)
    {
        string subject = $"referrers of {digest}";
        List<Descriptor> found = [];
        string? next = $"{repository}/referrers/{digest}";
        try
        {
            for (int page = 0; next is not null; page++)
            {
                if (page == MaxPages || found.Count > MaxNames) { throw Endless(subject, $"{page} pages"); }

                string current = next;
                (byte[] body, next) = connection.Send(
                    () => Get(current), [Pull(repository)], subject, static response => (AnswerBody.Read(response, OciDocument.MaxManifestBytes), NextPage(response)), ct);
                found.AddRange(ReadIndex(body, subject).Manifests);
                if (next == current) { throw Endless(subject, "a page that leads to itself"); }
            }

            return found;
        }
        catch (RegistryException missing) when (missing.Failure == RegistryFailure.NotFound && found.Count == 0) { return Fallback(repository, digest, ct)?.Manifests ?? []; }
    }

    /// <summary>The registry did not say that it has taken note of the subject: its clients keep the list.</summary>
    private void AddToFallback(string repository, Digest subject, Descriptor document, byte[] bytes, CancellationToken ct)
    {
        ImageIndex index = Fallback(repository, subject, ct) ?? new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.OciIndex, Manifests = [] };
        if (index.Manifests.Any(m => m.Digest == document.Digest)) { return; }

        (string? type, IReadOnlyDictionary<string, string>? annotations) = Kind(document.MediaType, bytes);
        Descriptor entry = document with { ArtifactType = type, Annotations = annotations };
        byte[] changed = OciDocument.Write(index with { MediaType = MediaTypes.OciIndex, Manifests = [.. index.Manifests, entry] });
        PutDocument(repository, TagOf(subject), changed, MediaTypes.OciIndex, ct);
    }

    private ImageIndex? Fallback(string repository, Digest digest, CancellationToken ct)
    {
        try { return ReadIndex(GetDocument(repository, TagOf(digest), ct).Bytes, $"referrers of {digest}"); }
        catch (RegistryException none) when (none.Failure == RegistryFailure.NotFound) { return null; }
    }

    private ImageIndex ReadIndex(byte[] bytes, string subject)
    {
        try { return OciDocument.ReadIndex(bytes); }
        catch (FormatException malformed) { throw new RegistryException(RegistryFailure.BadAnswer, $"{subject} at {Host.Name} cannot be read: {malformed.Message}", cause: malformed); }
    }

    /// <summary>What a list says of a document: an image's manifest that names no type is of the kind of its config.</summary>
    private static (string? Type, IReadOnlyDictionary<string, string>? Annotations) Kind(string mediaType, byte[] bytes)
    {
        if (MediaTypes.IsIndex(mediaType))
        {
            ImageIndex index = OciDocument.ReadIndex(bytes);
            return (index.ArtifactType, index.Annotations);
        }

        Manifest manifest = OciDocument.ReadManifest(bytes);
        return (manifest.ArtifactType ?? manifest.Config.MediaType, manifest.Annotations);
    }

    private static string TagOf(Digest digest) => $"{digest.Algorithm}-{digest.Hex[..TagHexLength]}";
}
