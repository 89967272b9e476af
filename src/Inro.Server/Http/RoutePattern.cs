namespace Inro.Server.Http;

/// <summary>A path with places for names: <c>/containers/{id}/json</c>.</summary>
/// <remarks>
/// <c>{name*}</c> takes slashes too, as many as leave the rest of the pattern its place: names of images contain <c>/</c>, <c>:</c> and <c>@</c>
/// unescaped, so <c>/images/host:5000/a/b/json</c> is the image <c>host:5000/a/b</c>. One such place at most.
/// </remarks>
internal sealed class RoutePattern
{
    private readonly string before;
    private readonly string after;
    private readonly bool hasName;
    private readonly bool isGreedy;

    /// <summary>Reads a pattern.</summary>
    public RoutePattern(string pattern)
    {
        int open = pattern.IndexOf('{', StringComparison.Ordinal);
        hasName = open >= 0;
        int close = hasName ? pattern.IndexOf('}', open) : -1;
        isGreedy = hasName && pattern[close - 1] == '*';
        before = hasName ? pattern[..open] : pattern;
        after = hasName ? pattern[(close + 1)..] : "";
    }

    /// <summary>Whether a path is meant, and the name in it; empty where the pattern has none.</summary>
    public bool TryMatch(string path, out string name)
    {
        name = "";
        if (!hasName) { return path == before; }

        int length = path.Length - before.Length - after.Length;
        if (length <= 0 || !path.StartsWith(before, StringComparison.Ordinal) || !path.EndsWith(after, StringComparison.Ordinal)) { return false; }

        name = path.Substring(before.Length, length);
        return isGreedy || !name.Contains('/', StringComparison.Ordinal);
    }
}
