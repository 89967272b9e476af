using System.Text.Json;
using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>A command as a list, or, from old clients, as one text that is one word.</summary>
public sealed class TextOrListConverter : JsonConverter<IReadOnlyList<string>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) { return [reader.GetString()!]; } // a string token is never null

        if (reader.TokenType != JsonTokenType.StartArray) { throw new JsonException("expected a text or a list of texts"); }

        List<string> words = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            words.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("expected a text"));
        }

        return words;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (string word in value) { writer.WriteStringValue(word); }

        writer.WriteEndArray();
    }
}
