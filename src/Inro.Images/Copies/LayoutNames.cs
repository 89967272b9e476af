using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>Names of images in the index of a layout.</summary>
internal static class LayoutNames
{
    /// <summary>The names of an entry, as they are written there.</summary>
    public static IEnumerable<string> Of(Descriptor entry)
    {
        if (entry.Annotations is not { } words) { yield break; }

        if (words.TryGetValue(Annotations.RefName, out string? tag) && tag.Length > 0) { yield return tag; }

        if (words.TryGetValue(Annotations.ContainerdImageName, out string? name) && name.Length > 0 && name != tag) { yield return name; }
    }

    /// <summary>Whether an entry has that name, in any of its spellings.</summary>
    public static bool Is(Descriptor entry, string name)
    {
        foreach (string candidate in Of(entry))
        {
            if (candidate == name) { return true; }

            // "1.2" alone is a tag here, never the repository of that name
            bool areReferences = candidate.AsSpan().ContainsAny('/', ':') && ImageReference.TryParse(candidate, out ImageReference? one, out _)
                && ImageReference.TryParse(name, out ImageReference? other, out _) && one == other;
            if (areReferences) { return true; }
        }

        return false;
    }

    /// <summary>For messages: a layout may come from anywhere.</summary>
    public static string Shown(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? '?' : c));
}
