using System.Text.Json.Serialization;

namespace Inro.Server.DockerApi;

/// <summary>Escapes the text of an error message.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class ErrorJson : JsonSerializerContext;
