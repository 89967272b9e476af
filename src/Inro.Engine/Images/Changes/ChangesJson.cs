using System.Text.Json.Serialization;

namespace Inro.Engine.Images.Changes;

/// <summary>Reader of the JSON form of <c>CMD</c>, <c>ENTRYPOINT</c> and <c>VOLUME</c>.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class ChangesJson : JsonSerializerContext;
