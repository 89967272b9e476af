using Inro.Engine.Templates;

namespace Inro.Engine.Logs;

/// <summary>The container of which a log is, as the options <c>tag</c>, <c>labels</c> and <c>env</c> see it.</summary>
public sealed record LogSubject : ITemplateObject
{
    private const int ShortIdLength = 12;

    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Without the slash.</summary>
    public required string Name { get; init; }

    /// <summary>As the image was named.</summary>
    public required string ImageName { get; init; }

    /// <summary>Config digest of the image.</summary>
    public required string ImageId { get; init; }

    /// <summary>Entry point and arguments.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Labels, the image's included.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Variables, <c>NAME=value</c>, the image's first.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<string> FieldNames { get; } = ["ID", "FullID", "Name", "ImageName", "ImageID", "ImageFullID", "Command", "DaemonName", "ContainerID", "ContainerName", "ContainerImageID", "ContainerImageName"];

    /// <summary>To try options with.</summary>
    internal static LogSubject Example { get; } = new() { Id = new string('0', 64), Name = "name", ImageName = "image", ImageId = "sha256:" + new string('0', 64) };

    /// <inheritdoc/>
    public bool TryGetField(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        value = name switch
        {
            "ID" => Short(Id),
            "FullID" or "ContainerID" => Id,
            "Name" => Name,
            "ContainerName" => "/" + Name,
            "ImageName" or "ContainerImageName" => ImageName,
            "ImageID" => Short(ImageId), // docker cuts the digest with its algorithm, too
            "ImageFullID" or "ContainerImageID" => ImageId,
            "Command" => string.Join(' ', Command),
            "DaemonName" => "inro",
            _ => null,
        };
        return value is not null && arguments.Count == 0;
    }

    private static string Short(string id) => id.Length > ShortIdLength ? id[..ShortIdLength] : id;
}
