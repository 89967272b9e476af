using System.Text.Json;
using Inro.Engine;
using Inro.Spec;

namespace Inro.Server.DockerApi;

/// <summary>A platform as clients send it: <c>linux/arm64</c>, or an object with <c>os</c> and <c>architecture</c>.</summary>
internal static class PlatformParameter
{
    /// <exception cref="EngineException">InvalidArgument: neither.</exception>
    public static Platform Read(string text)
    {
        try { return Platform.Parse(text.StartsWith('{') ? Words(text) : text); }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"invalid platform '{text}': {wrong.Message}", cause: wrong);
        }
    }

    private static string Words(string text)
    {
        using var platform = JsonDocument.Parse(text);
        string Word(string name) => platform.RootElement.TryGetProperty(name, out JsonElement word) ? word.GetString() ?? "" : "";
        string variant = Word("variant");
        return Word("os") + "/" + Word("architecture") + (variant.Length > 0 ? "/" + variant : "");
    }
}
