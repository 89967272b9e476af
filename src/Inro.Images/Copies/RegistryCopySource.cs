using Inro.Images.Content;
using Inro.Images.Pulls;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>An image at a registry.</summary>
public sealed class RegistryCopySource : CopySource
{
    private readonly RegistrySet registry;
    private readonly RegistryHost host;
    private readonly string repository;
    private readonly RegistryDocuments documents;
    private readonly CancellationToken ct;

    /// <summary>Asks what the reference stands for.</summary>
    /// <param name="registry">Closed with this object.</param>
    /// <param name="place">The registry itself, and the repository's name there.</param>
    /// <param name="reference">A tag or a digest.</param>
    /// <param name="content">Documents that are here are not asked for.</param>
    /// <param name="ct">Ends every request.</param>
    public RegistryCopySource(RegistrySet registry, (RegistryHost Host, string Repository) place, string reference, ContentStore content, CancellationToken ct)
    {
        this.registry = registry;
        (host, repository) = place;
        this.ct = ct;
        Target = registry.GetDocument(reference, ct);
        documents = new RegistryDocuments(registry, content, Target, ct);
        Name = reference.Contains(':', StringComparison.Ordinal) ? $"{host.Name}/{repository}@{reference}" : $"{host.Name}/{repository}:{reference}";
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override RegistryDocument Target { get; }

    /// <summary>The indexes that were read.</summary>
    internal IReadOnlyList<(Digest Digest, byte[] Bytes)> Indexes => documents.Indexes;

    internal override byte[] Read(Descriptor descriptor, int maxBytes) => documents.Read(descriptor, maxBytes);

    internal override LayerOrigin FindLayer(Descriptor descriptor) => documents.FindLayer(descriptor);

    internal override string? RepositoryAt(RegistryHost host, Digest blob) => host.Address == this.host.Address && host.Prefix == this.host.Prefix ? repository : null;

    internal override IReadOnlyList<Descriptor> Referrers(Digest subject) => registry.ListReferrers(subject, ct);

    private protected override void Close() => registry.Dispose();
}
