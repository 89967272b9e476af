namespace Inro.Spec.Image;

/// <summary>Names of annotations that carry meaning here.</summary>
public static class Annotations
{
    /// <summary>Name of an image in a layout: a tag, or a whole reference. OCI image-spec v1.1.1, annotations.md.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>Whole reference of an image in a layout, as containerd and docker write it.</summary>
    public const string ContainerdImageName = "io.containerd.image.name";

    /// <summary>Kind of a manifest beside an image: <c>attestation-manifest</c>.</summary>
    public const string DockerReferenceType = "vnd.docker.reference.type";
}
