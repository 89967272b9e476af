using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inro.Images.Registry;

namespace Inro.Engine.Registries;

/// <summary>A file with credentials: docker's <c>config.json</c> or containers' <c>auth.json</c>, which share their shape.</summary>
/// <remarks>What this program does not know in it stays as it is. Source: docker login, containers-auth.json(5).</remarks>
internal sealed class CredentialFile
{
    private const int MaxBytes = 4 << 20;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly JsonObject content;

    private CredentialFile(string path, JsonObject content)
    {
        Path = path;
        this.content = content;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The helper for a registry, or null: the file itself.</summary>
    public string? HelperFor(string registry) => Text(content["credHelpers"]?[registry]) ?? Text(content["credsStore"]);

    /// <summary>Reads it; empty where it is not there.</summary>
    public static CredentialFile Read(string path)
    {
        if (!File.Exists(path)) { return new CredentialFile(path, []); }

        try
        {
            if (new FileInfo(path).Length > MaxBytes) { throw new EngineException(ErrorCode.InvalidArgument, $"{path} has more than {MaxBytes} bytes", "make it smaller"); }

            string text = File.ReadAllText(path);
            return new CredentialFile(path, string.IsNullOrWhiteSpace(text) ? [] : JsonNode.Parse(text) as JsonObject ?? throw new JsonException("it is no object"));
        }
        catch (JsonException malformed) { throw new EngineException(ErrorCode.InvalidArgument, $"{path} cannot be understood: {malformed.Message}", "mend the file, or remove it and log in again", malformed); }
        catch (UnauthorizedAccessException unreadable) { throw new EngineException(ErrorCode.PermissionDenied, $"{path} cannot be read: {unreadable.Message}", "it belongs to you alone: look at its owner", unreadable); }
    }

    /// <summary>What it has for a registry, or null.</summary>
    public RegistryCredentials? Find(string registry)
    {
        if (content["auths"] is not JsonObject entries) { return null; }

        JsonNode? entry = entries[registry] ?? entries.FirstOrDefault(e => HostOf(e.Key) == HostOf(registry)).Value;
        if (entry is not JsonObject found) { return null; }

        string? identity = Text(found["identitytoken"]);
        (string user, string password) = Split(Text(found["auth"])) ?? (Text(found["username"]) ?? "", Text(found["password"]) ?? "");
        return user.Length == 0 && string.IsNullOrEmpty(identity) ? null : new RegistryCredentials(user, password, string.IsNullOrEmpty(identity) ? null : identity);
    }

    /// <summary>Puts an entry; with null in the place of the credentials, an entry that says that a helper has them.</summary>
    public void Put(string registry, RegistryCredentials? credentials)
    {
        JsonObject entries = content["auths"] as JsonObject ?? [];
        content["auths"] = entries;
        var entry = new JsonObject();
        if (credentials is not null)
        {
            entry["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.UserName}:{credentials.Password}"));
            if (credentials.IdentityToken is { } identity) { entry["identitytoken"] = identity; }
        }

        entries[registry] = entry;
        Write();
    }

    /// <summary>Takes an entry away; false if there was none.</summary>
    public bool Remove(string registry)
    {
        if (content["auths"] is not JsonObject entries) { return false; }

        string[] names = [.. entries.Select(static e => e.Key).Where(k => HostOf(k) == HostOf(registry))];
        foreach (string name in names) { entries.Remove(name); }

        if (names.Length > 0) { Write(); }

        return names.Length > 0;
    }

    /// <summary>Replaces the file as a whole: whoever reads it meanwhile sees the old one or the new one.</summary>
    private void Write()
    {
        string directory = System.IO.Path.GetDirectoryName(Path)!; // an absolute path
        Directory.CreateDirectory(directory, Private | UnixFileMode.UserExecute);
        string target = File.Exists(Path) ? File.ResolveLinkTarget(Path, returnFinalTarget: true)?.FullName ?? Path : Path;
        string beside = $"{target}.{Guid.NewGuid():N}";
        try
        {
            using (FileStream file = new(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
            using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, IndentCharacter = '\t', IndentSize = 1 })) { content.WriteTo(json); }

            File.Move(beside, target, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static (string User, string Password)? Split(string? encoded)
    {
        if (string.IsNullOrEmpty(encoded)) { return null; }

        byte[] bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out int length)) { return null; }

        string text = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0');
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (text[..colon], text[(colon + 1)..]) : null;
    }

    /// <summary>Older programs wrote addresses: <c>https://registry.example/v1/</c>.</summary>
    private static string HostOf(string registry)
    {
        int scheme = registry.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? registry : registry[(scheme + 3)..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? rest : rest[..slash];
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;
}
