using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>JSON as the Docker Engine API and <c>docker inspect</c> write it.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ContainerInspect))]
[JsonSerializable(typeof(IReadOnlyList<ContainerInspect>))]
[JsonSerializable(typeof(ImageInspect))]
[JsonSerializable(typeof(IReadOnlyList<ImageInspect>))]
[JsonSerializable(typeof(SecretInspect))]
[JsonSerializable(typeof(SystemInfo))]
[JsonSerializable(typeof(VolumeInspect))]
[JsonSerializable(typeof(IReadOnlyList<ContainerListEntry>))]
[JsonSerializable(typeof(IReadOnlyList<ImageListEntry>))]
[JsonSerializable(typeof(DiskUsageView))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(CreateAnswer))]
[JsonSerializable(typeof(IdAnswer))]
[JsonSerializable(typeof(WaitAnswer))]
[JsonSerializable(typeof(TopAnswer))]
[JsonSerializable(typeof(PathStat))]
[JsonSerializable(typeof(ExecInspect))]
[JsonSerializable(typeof(IReadOnlyList<ChangeAnswer>))]
[JsonSerializable(typeof(ContainerPruneAnswer))]
public sealed partial class DockerJson : JsonSerializerContext
{
    /// <summary>For people: four spaces, as <c>docker inspect</c> indents; characters of HTML stay as they are.</summary>
    public static DockerJson Indented { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        IndentSize = 4,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the output is no HTML
    });
}
