namespace Inro.Runtime.Steps;

/// <summary>Parts a chain of layers so that each part, and the row of parts, fits one overlay.</summary>
internal static class LayerGroups
{
    /// <summary>Layers of one overlay: the kernel takes 500 (OVL_MAX_STACK).</summary>
    public const int MaxLayers = 400;

    /// <summary>Bytes of their names, of the page that mount(2) takes.</summary>
    private const int MaxBytes = 3800;

    /// <summary>One group where all fit; the topmost first, in each and among them.</summary>
    public static List<string[]> Of(IReadOnlyList<string> layers)
    {
        List<string[]> groups = [];
        List<string> group = [];
        int bytes = 0;
        foreach (string layer in layers)
        {
            if (group.Count == MaxLayers || (bytes += layer.Length + 1) > MaxBytes)
            {
                groups.Add([.. group]);
                group.Clear();
                bytes = layer.Length + 1;
            }

            group.Add(layer);
        }

        groups.Add([.. group]);
        return groups;
    }
}
