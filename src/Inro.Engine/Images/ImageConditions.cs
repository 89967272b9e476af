using System.IO.Enumeration;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <summary>Decides which images a list shows.</summary>
public static class ImageConditions
{
    /// <summary>Names of conditions that there are.</summary>
    public static string[] Names => ["before", "dangling", "label", "pinned", "reference", "since", "until"];

    /// <summary>Keeps the images for which every condition holds.</summary>
    /// <param name="service">The instance's images.</param>
    /// <param name="images">Those to choose from.</param>
    /// <param name="conditions">Name and value as typed.</param>
    /// <exception cref="EngineException">InvalidArgument: a condition is not known, or its value is none. NotFound: an image that is named is not here.</exception>
    public static IEnumerable<ImageSummary> Apply(ImageService service, IEnumerable<ImageSummary> images, IEnumerable<KeyValuePair<string, string>> conditions)
    {
        foreach ((string name, string value) in conditions) { images = Where(service, images, name, value); }

        return images;
    }

    /// <summary>Keeps the references that a pattern means; a pattern without a tag means every tag.</summary>
    public static IEnumerable<ImageSummary> Matching(IEnumerable<ImageSummary> images, string pattern) => images
        .Select(i => i with { References = [.. i.References.Where(r => IsMatch(ImageReference.Parse(r), pattern))] })
        .Where(static i => i.References.Count > 0);

    private static IEnumerable<ImageSummary> Where(ImageService service, IEnumerable<ImageSummary> images, string name, string value)
    {
        switch (name)
        {
            case "dangling":
                bool wanted = Flag(name, value);
                return images.Where(i => i.References.Count == 0 == wanted);
            case "pinned":
                bool isPinned = Flag(name, value);
                return images.Where(i => i.IsPinned == isPinned);
            case "label":
                return images.Where(i => HasLabel(service.ReadDefaults(i).Labels, value));
            case "until":
                long limit = Time(value);
                return images.Where(i => i.CreatedNanoseconds < limit);
            case "reference":
                return Matching(images, value);
            case "before" or "since":
                ImageSummary anchor = service.Resolve(value);
                return images.Where(i => name == "before" ? i.CreatedNanoseconds < anchor.CreatedNanoseconds : i.CreatedNanoseconds > anchor.CreatedNanoseconds);
            default:
                throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter '{name}'", $"known: {string.Join(", ", Names)}");
        }
    }

    private static bool HasLabel(IReadOnlyDictionary<string, string>? labels, string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        (string label, string? wanted) = equals < 0 ? (value, null) : (value[..equals], value[(equals + 1)..]);
        return labels is not null && labels.TryGetValue(label, out string? has) && (wanted is null || has == wanted);
    }

    private static bool Flag(string name, string value) => value.ToLowerInvariant() switch
    {
        "1" or "t" or "true" => true,
        "0" or "f" or "false" => false,
        _ => throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter '{name}={value}'", "give true or false"),
    };

    private static long Time(string value)
    {
        try { return PointInTime.Nanoseconds(value, TimeProvider.System.NowNanoseconds()); }
        catch (FormatException wrong) { throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter 'until={value}': {wrong.Message}", cause: wrong); }
    }

    private static bool IsMatch(ImageReference reference, string pattern)
    {
        string[] names = [reference.Familiar, reference.FamiliarName, reference.ToString(), reference.Name];
        return names.Any(n => FileSystemName.MatchesSimpleExpression(pattern, n, ignoreCase: false));
    }
}
