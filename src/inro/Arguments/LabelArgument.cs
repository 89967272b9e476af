namespace Inro.Cli.Arguments;

/// <summary>Labels and options: <c>key=value</c>, a lone key has an empty value.</summary>
internal static class LabelArgument
{
    /// <summary>Puts one into the map; the last one typed wins.</summary>
    public static void Put(Dictionary<string, string> map, string text)
    {
        (string key, string value) = FlagValue.Pair(text);
        map[key] = value;
    }
}
