namespace Inro.Engine.Containers;

/// <summary>Labels of a container: the image's, and the user's over them.</summary>
internal static class Labels
{
    /// <summary>Both as a JSON object of strings, sorted; empty for none.</summary>
    public static string Join(IReadOnlyDictionary<string, string>? image, IReadOnlyDictionary<string, string> own)
    {
        if (image is not { Count: > 0 }) { return ContainerConfigWriter.WriteMap(own); }

        Dictionary<string, string> joined = new(image, StringComparer.Ordinal);
        foreach ((string name, string value) in own) { joined[name] = value; }

        return ContainerConfigWriter.WriteMap(joined);
    }
}
