using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Inro.Spec.Runtime;

namespace Inro.Engine.Hooks;

/// <summary>Reads a hook's file. Members that it does not know are passed over.</summary>
/// <remarks>Source: oci-hooks(5), version 1.0.0.</remarks>
internal static class HookFileReader
{
    private const string Version = "1.0.0";
    private const int MaxDepth = 16;
    private const int MaxItems = 256;
    private const int MaxPatternCharacters = 4096;

    /// <exception cref="FormatException">It cannot be understood; the message names the member.</exception>
    public static HookFile Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) { throw new FormatException("it is no object"); }

            RequireDistinct(root, "");

            string version = Text(Required(root, "version", ""), "version");
            return version == Version
                ? new HookFile(Hook(Required(root, "hook", "")), When(Required(root, "when", "")), Stages(Required(root, "stages", "")))
                : throw new FormatException($"version: \"{version}\" is not \"{Version}\"");
        }
        catch (JsonException damaged) { throw new FormatException(damaged.Message, damaged); }
    }

    private static HookConfig Hook(JsonElement json)
    {
        RequireObject(json, "hook");
        string path = Text(Required(json, "path", "hook."), "hook.path");
        if (path is not ['/', ..]) { throw new FormatException($"hook.path: \"{path}\" is not absolute"); }

        if (!File.Exists(path)) { throw new FormatException($"hook.path: there is no file {path}"); }

        List<string> environment = Texts(json, "env", "hook.");
        for (int i = 0; i < environment.Count; i++)
        {
            if (environment[i].IndexOf('=', StringComparison.Ordinal) < 1) { throw new FormatException($"{At("hook.env", i)}: \"{environment[i]}\" is not NAME=value"); }
        }

        return new HookConfig { Path = path, Args = Texts(json, "args", "hook."), Env = environment, TimeoutSeconds = Timeout(json) };
    }

    private static int? Timeout(JsonElement hook)
    {
        if (!hook.TryGetProperty("timeout", out JsonElement json)) { return null; }

        return json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int seconds) && seconds > 0
            ? seconds
            : throw new FormatException($"hook.timeout: {json.GetRawText()} is no whole number of seconds from 1");
    }

    private static HookConditions When(JsonElement json)
    {
        RequireObject(json, "when");
        List<string> commands = Texts(json, "commands", "when.");
        return new HookConditions
        {
            Always = Choice(json, "always"),
            HasBindMounts = Choice(json, "hasBindMounts"),
            Annotations = Annotations(json),
            Commands = [.. commands.Select(static (c, i) => Pattern(c, At("when.commands", i)))],
        };
    }

    private static List<KeyValuePair<Regex, Regex>> Annotations(JsonElement when)
    {
        List<KeyValuePair<Regex, Regex>> all = [];
        if (!when.TryGetProperty("annotations", out JsonElement json)) { return all; }

        RequireObject(json, "when.annotations");
        foreach (JsonProperty pair in json.EnumerateObject())
        {
            string field = $"when.annotations[\"{pair.Name}\"]";
            all.Add(new(Pattern(pair.Name, field), Pattern(Text(pair.Value, field), field)));
            if (all.Count > MaxItems) { throw new FormatException($"when.annotations: more than {MaxItems}"); }
        }

        return all;
    }

    private static List<string> Stages(JsonElement json)
    {
        List<string> stages = Texts(json, "stages");
        if (stages.Count == 0) { throw new FormatException("stages: at least one is needed"); }

        for (int i = 0; i < stages.Count; i++)
        {
            if (HooksConfig.Stages.Contains(stages[i])) { continue; }

            throw new FormatException(stages[i] == "precreate"
                ? $"{At("stages", i)}: precreate would change the container's configuration, which no hook may here"
                : $"{At("stages", i)}: \"{stages[i]}\" is none of {string.Join(", ", HooksConfig.Stages)}");
        }

        return [.. stages.Distinct()];
    }

    private static Regex Pattern(string text, string field)
    {
        if (text.Length > MaxPatternCharacters) { throw new FormatException($"{field}: longer than {MaxPatternCharacters} characters"); }

        try { return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); }
        catch (Exception invalid) when (invalid is ArgumentException or NotSupportedException) { throw new FormatException($"{field}: {invalid.Message}", invalid); }
    }

    private static bool? Choice(JsonElement when, string name) => !when.TryGetProperty(name, out JsonElement json) ? null : json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new FormatException($"when.{name}: {json.GetRawText()} is neither true nor false"),
    };

    private static List<string> Texts(JsonElement owner, string name, string prefix) => owner.TryGetProperty(name, out JsonElement json) ? Texts(json, prefix + name) : [];

    private static List<string> Texts(JsonElement json, string field)
    {
        if (json.ValueKind != JsonValueKind.Array) { throw new FormatException($"{field}: no list"); }

        return json.GetArrayLength() <= MaxItems
            ? [.. json.EnumerateArray().Select((item, i) => Text(item, At(field, i)))]
            : throw new FormatException($"{field}: more than {MaxItems}");
    }

    private static string Text(JsonElement json, string field)
    {
        if (json.ValueKind != JsonValueKind.String) { throw new FormatException($"{field}: no text"); }

        string text = json.GetString()!; // a string is not null
        return !text.Contains('\0', StringComparison.Ordinal) ? text : throw new FormatException($"{field}: holds a zero byte");
    }

    private static JsonElement Required(JsonElement owner, string name, string prefix) =>
        owner.TryGetProperty(name, out JsonElement json) ? json : throw new FormatException($"{prefix}{name}: missing");

    private static void RequireObject(JsonElement json, string field)
    {
        if (json.ValueKind != JsonValueKind.Object) { throw new FormatException($"{field}: no object"); }

        RequireDistinct(json, field + ".");
    }

    // Of two members of one name readers take now the first, now the last.
    private static void RequireDistinct(JsonElement json, string before)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!names.Add(member.Name)) { throw new FormatException($"{before}{member.Name}: given twice"); }
        }
    }

    private static string At(string field, int index) => string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]");
}
