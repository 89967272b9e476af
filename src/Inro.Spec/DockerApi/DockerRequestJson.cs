using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>Bodies of requests as Go reads them: names in any case, unknown fields passed over.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(ContainerCreateRequest))]
[JsonSerializable(typeof(HostConfigRequest))]
[JsonSerializable(typeof(ExecCreateRequest))]
[JsonSerializable(typeof(ExecStartRequest))]
public sealed partial class DockerRequestJson : JsonSerializerContext;
