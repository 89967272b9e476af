using System.Runtime.InteropServices;
using System.Text.Json;
using Inro.Linux.Capabilities;
using Inro.Linux.Seccomp;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>A user's profile: docker's file format, which adds conditions to that of the runtime specification.</summary>
/// <remarks>Source: docs.docker.com, "Seccomp security profiles for Docker"; the fields archMap, includes, excludes and name.</remarks>
internal static class SeccompProfileFile
{
    /// <summary>Docker's own profile has 15 KB.</summary>
    private const int MaxBytes = 1 << 20;

    public static LinuxSeccomp Read(byte[] json, CapabilitySet capabilities)
    {
        if (json.Length > MaxBytes) { throw Bad($"it is longer than {MaxBytes} bytes", null); }
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement, capabilities);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Bad(e.Message, e);
        }
    }

    private static LinuxSeccomp Read(JsonElement root, CapabilitySet capabilities)
    {
        string architecture = RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => "amd64", Architecture.Arm64 => "arm64", var other => other.ToString() };
        List<SeccompRule> rules = [];
        foreach (JsonElement rule in Elements(root, "syscalls"))
        {
            if (Applies(rule, architecture, capabilities)) { rules.Add(Rule(rule)); }
        }

        return new LinuxSeccomp
        {
            DefaultAction = Text(root, "defaultAction") ?? throw new FormatException("defaultAction is missing"),
            DefaultErrnoRet = Number(root, "defaultErrnoRet"),
            Architectures = Architectures(root),
            Flags = root.TryGetProperty("flags", out JsonElement flags) && flags.ValueKind == JsonValueKind.Array ? Strings(flags) : null,
            ListenerPath = Text(root, "listenerPath"),
            ListenerMetadata = Text(root, "listenerMetadata"),
            Syscalls = rules,
        };
    }

    private static List<string> Architectures(JsonElement root)
    {
        List<string> names = [];
        foreach (JsonElement one in Elements(root, "architectures")) { names.Add(one.GetString()!); }

        string native = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";
        foreach (JsonElement entry in Elements(root, "archMap"))
        {
            if (Text(entry, "architecture") != native) { continue; }
            names.Add(native);
            foreach (JsonElement sub in Elements(entry, "subArchitectures")) { names.Add(sub.GetString()!); }
        }

        return names;
    }

    private static bool Applies(JsonElement rule, string architecture, CapabilitySet capabilities)
    {
        if (rule.TryGetProperty("excludes", out JsonElement excludes) && excludes.ValueKind == JsonValueKind.Object)
        {
            if (Mentions(excludes, "arches", architecture) || AnyCapability(excludes, capabilities, all: false) || ReachesKernel(excludes) == true) { return false; }
        }

        if (!rule.TryGetProperty("includes", out JsonElement includes) || includes.ValueKind != JsonValueKind.Object) { return true; }
        bool onArchitecture = Elements(includes, "arches").Length == 0 || Mentions(includes, "arches", architecture);
        return onArchitecture && AnyCapability(includes, capabilities, all: true) && ReachesKernel(includes) != false;
    }

    // includes wants all of its capabilities, excludes is met by any.
    private static bool AnyCapability(JsonElement filter, CapabilitySet capabilities, bool all)
    {
        foreach (JsonElement one in Elements(filter, "caps"))
        {
            bool has = CapabilityNames.TryParse(one.GetString() ?? "", out Capability capability) && capabilities.Contains(capability);
            if (has != all) { return !all; }
        }

        return all;
    }

    private static bool? ReachesKernel(JsonElement filter) =>
        Text(filter, "minKernel") is { Length: > 0 } text ? KernelIdentity.Read().Version() >= Version.Parse(text) : null;

    private static bool Mentions(JsonElement parent, string field, string value) => Elements(parent, field).Any(e => e.GetString() == value);

    private static SeccompRule Rule(JsonElement rule)
    {
        List<string> names = [];
        if (Text(rule, "name") is { Length: > 0 } single) { names.Add(single); }
        foreach (JsonElement name in Elements(rule, "names")) { names.Add(name.GetString()!); }

        return new SeccompRule
        {
            Names = names,
            Action = Text(rule, "action") ?? throw new FormatException("a rule has no action"),
            ErrnoRet = Number(rule, "errnoRet"),
            Args = [.. Elements(rule, "args").Select(Argument)],
        };
    }

    private static SeccompArgument Argument(JsonElement a) => new(
        Number(a, "index") ?? 0,
        a.TryGetProperty("value", out JsonElement value) ? value.GetUInt64() : 0,
        a.TryGetProperty("valueTwo", out JsonElement two) ? two.GetUInt64() : 0,
        Text(a, "op") ?? throw new FormatException("a condition has no op"));

    private static JsonElement[] Elements(JsonElement parent, string field) =>
        parent.TryGetProperty(field, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetString()!)];

    private static string? Text(JsonElement parent, string field) =>
        parent.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    private static uint? Number(JsonElement parent, string field) =>
        parent.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetUInt32() : null;

    private static EngineException Bad(string why, Exception? cause) =>
        new(ErrorCode.InvalidArgument, $"the seccomp profile cannot be read: {why}", "give a file in docker's or the runtime specification's format", cause);
}
