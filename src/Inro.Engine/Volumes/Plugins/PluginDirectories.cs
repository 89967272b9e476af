using System.Text.Json;

namespace Inro.Engine.Volumes.Plugins;

/// <summary>Finds plug-ins where docker's look-up finds them: sockets first, then files that name an address.</summary>
/// <remarks>Source: docker's "Plugin discovery".</remarks>
internal static class PluginDirectories
{
    private const int MaxFileBytes = 64 * 1024;
    private const string Sockets = "/run/docker/plugins";

    private static readonly string[] OfSystem = ["/etc/docker/plugins", "/usr/lib/docker/plugins"];

    /// <summary>The plug-in of a name.</summary>
    /// <exception cref="EngineException">NotFound: there is none. InvalidArgument: its file cannot be understood.</exception>
    public static PluginAddress Find(string name)
    {
        if (!IsName(name)) { throw Missing(name); }

        foreach (string socket in (ReadOnlySpan<string>)[$"{Sockets}/{name}.sock", $"{Sockets}/{name}/{name}.sock"])
        {
            if (File.Exists(socket)) { return PluginAddress.OfSocket(name, socket); }
        }

        foreach (string directory in Directories())
        {
            foreach (string file in (ReadOnlySpan<string>)[$"{directory}/{name}", $"{directory}/{name}/{name}"])
            {
                if (File.Exists(file + ".spec")) { return OfText(name, Read(file + ".spec").Trim(), file + ".spec"); }

                if (File.Exists(file + ".json")) { return OfJson(name, Read(file + ".json"), file + ".json"); }
            }
        }

        throw Missing(name);
    }

    /// <summary>Names of all that can be found.</summary>
    public static IReadOnlyList<string> List()
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        foreach (string directory in (IEnumerable<string>)[Sockets, .. Directories()])
        {
            if (!Directory.Exists(directory)) { continue; }

            foreach (string file in Directory.EnumerateFileSystemEntries(directory))
            {
                string name = Path.GetFileNameWithoutExtension(file);
                bool isNested = Directory.Exists(file) && (File.Exists($"{file}/{name}.sock") || File.Exists($"{file}/{name}.spec") || File.Exists($"{file}/{name}.json"));
                if (isNested || Path.GetExtension(file) is ".sock" or ".spec" or ".json") { names.Add(name); }
            }
        }

        return [.. names];
    }

    private static IEnumerable<string> Directories()
    {
        if (Environment.GetEnvironmentVariable("HOME") is { Length: > 1 } home && !Environment.IsPrivilegedProcess)
        {
            yield return (Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 1 } config ? config : home + "/.config") + "/docker/plugins";
            yield return home + "/.local/lib/docker/plugins";
        }

        foreach (string directory in OfSystem) { yield return directory; }
    }

    // unix:///run/x.sock, tcp://host:port, http://…, https://…
    private static PluginAddress OfText(string name, string address, string file)
    {
        if (address.StartsWith("unix://", StringComparison.Ordinal)) { return PluginAddress.OfSocket(name, address["unix://".Length..]); }

        string url = address.StartsWith("tcp://", StringComparison.Ordinal) ? "http://" + address["tcp://".Length..] : address;
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https"
            ? new PluginAddress(name, "", parsed)
            : throw Damaged(file, $"'{address}' is no address");
    }

    private static PluginAddress OfJson(string name, string text, string file)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            JsonElement root = json.RootElement;
            PluginAddress found = OfText(name, Text(root, "Addr"), file);
            return root.TryGetProperty("TLSConfig", out JsonElement tls) && tls.ValueKind == JsonValueKind.Object
                ? found with
                {
                    Url = new UriBuilder(found.Url) { Scheme = "https" }.Uri,
                    Tls = new PluginTls(tls.TryGetProperty("InsecureSkipVerify", out JsonElement skip) && skip.ValueKind == JsonValueKind.True, Text(tls, "CAFile"), Text(tls, "CertFile"), Text(tls, "KeyFile")),
                }
                : found;
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            throw Damaged(file, damaged.Message);
        }
    }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    private static string Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes) { throw Damaged(path, $"it is longer than {MaxFileBytes} bytes"); }

            return File.ReadAllText(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Damaged(path, refused.Message);
        }
    }

    // It becomes part of paths.
    private static bool IsName(string name) => VolumeName.IsValid(name);

    private static EngineException Damaged(string file, string why) => new(ErrorCode.InvalidArgument, $"the plug-in's file {file}: {why}", "write its address into it: unix:///run/docker/plugins/NAME.sock");

    private static EngineException Missing(string name) => new(
        ErrorCode.NotFound, $"error looking up volume plugin {name}: plugin \"{name}\" not found", $"a plug-in listens on {Sockets}/NAME.sock, or has a file in {string.Join(" or ", OfSystem)}");
}
