using System.Text.Json.Nodes;

namespace Inro.Conformance.Oci;

/// <summary>Puts values into a configuration, and takes fields out of it. A path names members with dots; <c>[]</c> is every element, <c>{}</c> every value of a map.</summary>
internal static class JsonPath
{
    /// <summary>Sets what <paramref name="path"/> names; members on the way are made. A path that ends with <c>[]</c> appends.</summary>
    public static void Put(JsonObject config, string path, string json)
    {
        JsonNode value = JsonNode.Parse(json)!;
        bool appends = path.EndsWith("[]", StringComparison.Ordinal);
        string[] names = (appends ? path[..^2] : path).Split('.');
        JsonObject at = config;
        foreach (string name in names[..^1])
        {
            at[name] ??= new JsonObject();
            at = at[name]!.AsObject();
        }

        if (!appends)
        {
            at[names[^1]] = value;
            return;
        }

        at[names[^1]] ??= new JsonArray();
        at[names[^1]]!.AsArray().Add(value);
    }

    /// <summary>Takes the field out wherever it stands, as if nobody had written it.</summary>
    /// <returns>How many were taken.</returns>
    public static int Remove(JsonNode? node, string path)
    {
        if (node is null) { return 0; }

        int end = path.IndexOfAny(['.', '[', '{']);
        string name = end < 0 ? path : path[..end];
        string rest = end < 0 ? "" : path[end..];
        if (node is not JsonObject holder || holder[name] is not { } member) { return 0; }

        if (rest.Length == 0) { return holder.Remove(name) ? 1 : 0; }

        if (rest[0] == '.') { return Remove(member, rest[1..]); }

        string below = rest.Length > 2 && rest[2] == '.' ? rest[3..] : "";
        IEnumerable<JsonNode?> children = member is JsonArray array ? array : member.AsObject().Select(static pair => pair.Value);
        if (below.Length > 0) { return children.Sum(child => Remove(child, below)); }

        int count = children.Count();
        if (member is JsonArray elements) { elements.Clear(); }
        else { member.AsObject().Clear(); }

        return count;
    }

    /// <summary>The values at <paramref name="path"/> as text: one, or each of an array or a map.</summary>
    public static IReadOnlyList<string> Values(JsonNode document, string path)
    {
        JsonNode? at = document;
        foreach (string name in path.TrimEnd('[', ']', '{', '}').Split('.')) { at = at?[name]; }

        return at switch
        {
            null => [],
            JsonArray array => [.. array.Select(static e => e!.ToString())],
            JsonObject map => [.. map.Select(static pair => pair.Value!.ToString())],
            _ => [at.ToString()],
        };
    }
}
