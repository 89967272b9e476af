namespace Inro.Spec.Image;

/// <summary>Media types of image parts.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, media-types.md; Docker's of distribution's manifest-v2-2.md.</remarks>
public static class MediaTypes
{
#pragma warning disable CS1591 // each name is its own documentation
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";
    public const string OciLayerTar = "application/vnd.oci.image.layer.v1.tar";
    public const string OciLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string OciLayerZstd = "application/vnd.oci.image.layer.v1.tar+zstd";
    public const string OciForeignLayerTar = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    public const string OciForeignLayerGzip = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
    public const string OciForeignLayerZstd = "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd";
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerManifestV1 = "application/vnd.docker.distribution.manifest.v1+json";
    public const string DockerManifestV1Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    public const string DockerLayerTar = "application/vnd.docker.image.rootfs.diff.tar";
    public const string DockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    public const string DockerForeignLayerGzip = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
#pragma warning restore CS1591

    /// <summary>True for an index or a manifest list: a choice by platform.</summary>
    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerIndex;

    /// <summary>True for the manifest of one image, OCI's or Docker's schema 2.</summary>
    public static bool IsManifest(string mediaType) => mediaType is OciManifest or DockerManifest;

    /// <summary>True for Docker's schema 1, which names no config and is refused.</summary>
    public static bool IsSchemaOne(string mediaType) => mediaType is DockerManifestV1 or DockerManifestV1Signed;

    /// <summary>True for a layer that may not be given to registries.</summary>
    public static bool IsForeign(string mediaType) => mediaType is OciForeignLayerTar or OciForeignLayerGzip or OciForeignLayerZstd or DockerForeignLayerGzip;

    /// <summary>True for a file-system layer in any spelling and compression.</summary>
    public static bool IsLayer(string mediaType) => mediaType is OciLayerTar or OciLayerGzip or OciLayerZstd
        or OciForeignLayerTar or OciForeignLayerGzip or OciForeignLayerZstd
        or DockerLayerTar or DockerLayerGzip or DockerForeignLayerGzip;
}
