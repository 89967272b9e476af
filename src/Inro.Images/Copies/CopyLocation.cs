using Inro.Spec;

namespace Inro.Images.Copies;

/// <summary>Kinds of places that images are copied from and to.</summary>
public enum CopyTransport
{
    /// <summary><c>docker://NAME</c>: a registry.</summary>
    Registry,

    /// <summary><c>inro:NAME</c>: the images of this instance.</summary>
    Store,

    /// <summary><c>oci:DIR[:TAG]</c>: an OCI image layout.</summary>
    Layout,

    /// <summary><c>oci-archive:FILE[:TAG]</c>: a layout in a tar file.</summary>
    LayoutArchive,

    /// <summary><c>docker-archive:FILE[:NAME]</c>: what <c>docker save</c> writes.</summary>
    DockerArchive,

    /// <summary><c>dir:DIR</c>: the parts of one image as plain files.</summary>
    Directory,
}

/// <summary>A place that an image is copied from or to, as a person types it.</summary>
/// <remarks>The spelling is that of containers-transports(5).</remarks>
public sealed record CopyLocation
{
    /// <summary>The spellings there are, for people.</summary>
    public const string Spellings = "docker://NAME, inro:NAME, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME] or dir:DIR";

    /// <summary>Of which kind it is.</summary>
    public required CopyTransport Transport { get; init; }

    /// <summary>The directory or file; empty for a registry and the store.</summary>
    public string Path { get; init; } = "";

    /// <summary>What names the image there: a reference, a tag; null where nothing was said.</summary>
    public string? Image { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static CopyLocation Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string rest = text[(colon + 1)..];
        CopyLocation place = (colon < 0 ? "" : text[..colon]) switch
        {
            "docker" when rest.StartsWith("//", StringComparison.Ordinal) => Named(CopyTransport.Registry, rest[2..]),
            "docker" => throw new FormatException($"invalid image name \"{text}\": a registry's image is written docker://NAME"),
            "inro" => Named(CopyTransport.Store, rest),
            "oci" => InFile(CopyTransport.Layout, rest),
            "oci-archive" => InFile(CopyTransport.LayoutArchive, rest),
            "docker-archive" => InFile(CopyTransport.DockerArchive, rest),
            "dir" => new CopyLocation { Transport = CopyTransport.Directory, Path = rest },
            _ => throw new FormatException($"invalid image name \"{text}\": it begins with no known transport ({Spellings})"),
        };
        bool isNameless = place.Path.Length == 0 && place.Image is not { Length: > 0 };
        return isNameless ? throw new FormatException($"invalid image name \"{text}\": nothing follows the transport") : place;
    }

    /// <summary>As it was typed.</summary>
    public override string ToString() => Transport switch
    {
        CopyTransport.Registry => "docker://" + Image,
        CopyTransport.Store => "inro:" + Image,
        CopyTransport.Layout => "oci:" + InFile(),
        CopyTransport.LayoutArchive => "oci-archive:" + InFile(),
        CopyTransport.DockerArchive => "docker-archive:" + InFile(),
        _ => "dir:" + Path,
    };

    private string InFile() => Image is null ? Path : Path + ":" + Image;

    private static CopyLocation Named(CopyTransport transport, string name) => new() { Transport = transport, Image = name };

    /// <summary>A path ends at the first colon, as in other programs of this kind.</summary>
    private static CopyLocation InFile(CopyTransport transport, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string? image = colon < 0 || colon == text.Length - 1 ? null : text[(colon + 1)..];
        if (transport == CopyTransport.DockerArchive && image is not null && !ImageReference.TryParse(image, out _, out string? why))
        {
            throw new FormatException($"invalid image name \"{image}\" in an archive: {why}");
        }

        return new CopyLocation { Transport = transport, Path = colon < 0 ? text : text[..colon], Image = image };
    }
}
