namespace Inro.Engine.Images;

/// <summary>Images of this instance: loaded, listed, resolved, looked at, removed.</summary>
public sealed partial class ImageService
{
    /// <summary>Loads an archive (OCI layout or docker's) and returns the images in it, in the archive's order.</summary>
    /// <exception cref="EngineException">InvalidArgument: not an archive of images, or damaged; nothing of it stays.</exception>
    public IReadOnlyList<LoadedImage> Load(Stream archive) => throw NotYet(archive.ToString()!);

    /// <summary>Images, newest first; one row per reference, one for an image without any.</summary>
    public IReadOnlyList<ImageRecord> List() => throw NotYet("list");

    /// <summary>The image that a name, a digest or the beginning of an id means.</summary>
    /// <exception cref="EngineException">NotFound: <c>No such image: x</c>.</exception>
    public ImageRecord Resolve(string reference) => throw NotYet(reference);

    private static EngineException NotYet(string subject) => new(ErrorCode.NotImplemented, $"{subject}: images are not there yet");
}
