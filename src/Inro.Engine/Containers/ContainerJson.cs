using System.Text.Json.Serialization;
using Inro.Engine.Volumes;

namespace Inro.Engine.Containers;

/// <summary>Reads what <see cref="ContainerConfigWriter"/> wrote. Unknown members are ignored: a newer program may have written them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ContainerConfig))]
[JsonSerializable(typeof(ResolvedMount[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ContainerJson : JsonSerializerContext;
