using System.Text.Json;
using Inro.Spec.Runtime;

namespace Inro.Engine.Devices;

/// <summary>Reads files of CDI, JSON or YAML. Members that it does not know are passed over.</summary>
internal static class CdiSpecReader
{
    private const int MaxFileBytes = 4 << 20;
    private const int MaxDepth = 64;

    /// <exception cref="FormatException">It cannot be understood.</exception>
    public static CdiSpec Read(string path)
    {
        if (new FileInfo(path).Length > MaxFileBytes) { throw new FormatException($"it is longer than {MaxFileBytes} bytes"); }

        byte[] bytes = File.ReadAllBytes(path);
        return Parse(path.EndsWith(".json", StringComparison.Ordinal) ? bytes : YamlText.ToJson(System.Text.Encoding.UTF8.GetString(bytes)));
    }

    /// <summary>The same of text in JSON.</summary>
    public static CdiSpec Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            JsonElement root = document.RootElement;
            string kind = Text(root, "kind") ?? throw new FormatException("it has no kind");
            if (Text(root, "cdiVersion") is null) { throw new FormatException("it has no cdiVersion"); }

            if (!CdiName.IsName(kind + "=x")) { throw new FormatException($"'{kind}' is no kind"); }

            var devices = new Dictionary<string, CdiEdits>(StringComparer.Ordinal);
            foreach (JsonElement device in Items(root, "devices"))
            {
                string name = Text(device, "name") ?? (device.TryGetProperty("name", out JsonElement number) ? number.GetRawText() : throw new FormatException("a device has no name"));
                if (!CdiName.IsName($"{kind}={name}")) { throw new FormatException($"'{name}' is no name of a device"); }

                devices[name] = Edits(device);
            }

            return new CdiSpec(kind, devices, Edits(root));
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException) { throw new FormatException(damaged.Message, damaged); }
    }

    private static CdiEdits Edits(JsonElement owner)
    {
        if (!owner.TryGetProperty("containerEdits", out JsonElement edits) || edits.ValueKind != JsonValueKind.Object) { return new CdiEdits(); }

        return new CdiEdits
        {
            Environment = [.. Strings(edits, "env").Where(static e => e.IndexOf('=', StringComparison.Ordinal) > 0)],
            Nodes = [.. Items(edits, "deviceNodes").Select(Node)],
            Mounts = [.. Items(edits, "mounts").Select(Mount)],
            Hooks = [.. Items(edits, "hooks").Select(Hook)],
            Groups = [.. Items(edits, "additionalGids").Select(static g => g.GetUInt32()).Where(static g => g != 0)],
        };
    }

    private static CdiNode Node(JsonElement json)
    {
        string path = Path(json, "path");
        return new CdiNode(path, Text(json, "hostPath") is { Length: > 0 } host ? host : path)
        {
            Type = Text(json, "type") is { Length: > 0 } type ? type is "b" or "c" or "u" or "p" ? type : throw new FormatException($"'{type}' is no type of a device") : null,
            Major = Number(json, "major"),
            Minor = Number(json, "minor"),
            Mode = (uint?)Number(json, "fileMode"),
            Permissions = Text(json, "permissions") ?? "",
            UserId = (uint?)Number(json, "uid"),
            GroupId = (uint?)Number(json, "gid"),
        };
    }

    private static MountConfig Mount(JsonElement json) => new()
    {
        Source = Path(json, "hostPath"),
        Destination = Path(json, "containerPath"),
        Type = Text(json, "type") is { Length: > 0 } type ? type : "bind",
        Options = Strings(json, "options") is { Count: > 0 } options ? options : ["rbind", "rprivate", "ro", "nosuid", "nodev"],
    };

    private static (string When, HookConfig Hook) Hook(JsonElement json)
    {
        string when = Text(json, "hookName") ?? "";
        return HooksConfig.Stages.Contains(when)
            ? (when, new HookConfig { Path = Path(json, "path"), Args = Strings(json, "args"), Env = Strings(json, "env"), TimeoutSeconds = (int?)Number(json, "timeout") })
            : throw new FormatException($"'{when}' is no time for a hook");
    }

    private static string Path(JsonElement json, string name) => Text(json, name) is ['/', ..] and var path ? path : throw new FormatException($"{name} is no absolute path");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static List<string> Strings(JsonElement json, string name) => [.. Items(json, name).Select(static s => s.ValueKind == JsonValueKind.String ? s.GetString()! : s.GetRawText())];
}
