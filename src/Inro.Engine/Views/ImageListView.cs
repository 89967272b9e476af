using Inro.Engine.Images;
using Inro.Spec.DockerApi;

namespace Inro.Engine.Views;

/// <summary>Images as Docker's lists show them.</summary>
public static class ImageListView
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int NotCounted = -1;

    /// <summary>Maps an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="shared">Bytes that other images have, too; null: nobody looked.</param>
    /// <param name="containers">How many are made of it; null: nobody looked.</param>
    public static ImageListEntry Entry(ImageSummary image, IReadOnlyDictionary<string, string>? labels, long? shared = null, int? containers = null) => new()
    {
        Id = image.Id,
        RepoTags = ImageView.TagsOf(image),
        RepoDigests = ImageView.DigestsOf(image),
        Created = image.CreatedNanoseconds / NanosecondsPerSecond,
        Size = image.SizeBytes,
        SharedSize = shared ?? NotCounted,
        VirtualSize = image.SizeBytes,
        Labels = labels is { Count: > 0 } ? labels : null,
        Containers = containers ?? NotCounted,
    };
}
