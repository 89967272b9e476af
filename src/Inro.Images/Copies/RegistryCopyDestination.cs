using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>A repository of a registry.</summary>
/// <param name="client">Closed with this object.</param>
/// <param name="repository">The repository's name there.</param>
/// <param name="reference">The tag that it gets, or the digest that it must have.</param>
public sealed class RegistryCopyDestination(RegistryClient client, string repository, string reference) : CopyDestination
{
    /// <inheritdoc/>
    public override string Name => $"{client.Host.Name}/{repository}";

    internal override bool TakesReferrers => true;

    /// <summary>The distribution specification has registries refuse what is not of its digest.</summary>
    internal override bool Verifies => true;

    internal override RegistryHost Host => client.Host;

    internal override bool Has(Descriptor blob, CancellationToken ct) => client.HasBlob(repository, blob.Digest, ct);

    internal override bool Put(CopiedBlob blob, CancellationToken ct) =>
        client.PutBlob(repository, blob.Descriptor, blob.Open, blob.MountFrom == repository ? null : blob.MountFrom, ct);

    internal override void PutDocument(RegistryDocument document, DocumentRole role, CancellationToken ct)
    {
        Descriptor given = document.Descriptor;
        if (role == DocumentRole.Target && Digest.TryParse(reference, out Digest wanted) && wanted != given.Digest)
        {
            throw new ImageException($"{Name}: the image's digest is {given.Digest}, not {wanted}", "name the destination by a tag, or by that digest");
        }

        client.PutDocument(repository, role == DocumentRole.Target ? reference : given.Digest.ToString(), document.Bytes, given.MediaType, ct);
    }

    private protected override void Close() => client.Dispose();
}
