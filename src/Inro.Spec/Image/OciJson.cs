using System.Text.Json.Serialization;

namespace Inro.Spec.Image;

/// <summary>Generated readers and writers of the image types. Read through <see cref="OciDocument"/>, which also refuses repeated names.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Descriptor))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageLayout))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(ContainerDefaults))]
[JsonSerializable(typeof(DockerArchiveEntry[]))]
public sealed partial class OciJson : JsonSerializerContext;
