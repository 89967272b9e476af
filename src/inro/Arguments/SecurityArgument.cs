using System.Text;
using System.Text.Json;

namespace Inro.Cli.Arguments;

/// <summary><c>--security-opt KEY[=VALUE]</c>; a seccomp profile is read here, because the file is the caller's.</summary>
internal static class SecurityArgument
{
    /// <summary>Longest seccomp profile, in bytes.</summary>
    public const int MaxProfileBytes = 4 << 20;

    public static string Parse(string text)
    {
        if (text == "no-new-privileges") { return text; }

        int separator = text.IndexOfAny(['=', ':']);
        if (separator <= 0) { throw new FormatException($"invalid --security-opt: \"{text}\""); }

        string value = text[(separator + 1)..];
        switch (text[..separator])
        {
            case "no-new-privileges": return $"no-new-privileges={(FlagValue.Boolean(value) ? "true" : "false")}";
            case "apparmor": return $"apparmor={value}";
            case "systempaths": return $"systempaths={FlagValue.OneOf(value, "unconfined")}";
            case "seccomp" when value is "unconfined" or "builtin": return $"seccomp={value}";
            case "seccomp": return $"seccomp={Profile(value)}";
            default: throw new FormatException($"invalid --security-opt: \"{text}\": seccomp, apparmor, no-new-privileges and systempaths exist");
        }
    }

    private static string Profile(string path)
    {
        byte[] bytes = HostPath.ReadSmall(path, MaxProfileBytes);
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Encoding.UTF8.GetString(bytes)
                : throw new FormatException($"opening seccomp profile ({path}) failed: it is not a JSON object");
        }
        catch (JsonException damaged)
        {
            throw new FormatException($"opening seccomp profile ({path}) failed: {damaged.Message}", damaged);
        }
    }
}
