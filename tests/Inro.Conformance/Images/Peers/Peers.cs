using System.Text.RegularExpressions;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Images.Peers;

/// <summary>This program, by its own verbs: load, tag, push, pull, image unpack.</summary>
internal sealed record InroPeer(string Work) : ImagePeer(Work)
{
    private string Root => In("inro");

    public override void Push(string layout, RegistryLine to, string name)
    {
        Inro("image", "copy", "-q", $"oci:{layout}:image", "inro:image:1");
        Inro(["image", "copy", "-q", .. to.Flags("dest-"), "inro:image:1", $"docker://{to.Host}/{name}"]);
    }

    public override string Pull(RegistryLine from, string name)
    {
        Inro(["image", "copy", "-q", .. from.Flags("src-"), $"docker://{from.Host}/{name}", "inro:image:1"]);
        Inro("image", "unpack", "image:1", In("inro-bundle"));
        return In("inro-bundle/rootfs");
    }

    private string Inro(params string[] arguments) => Run(InroProcess.Binary, ["--root", Root, .. arguments]);
}

/// <summary>skopeo, which unpacks nothing: what it brings is unpacked by umoci.</summary>
internal sealed record SkopeoPeer(string Work) : ImagePeer(Work)
{
    public override void Push(string layout, RegistryLine to, string name) =>
        Run("skopeo", ["copy", "-q", .. to.Flags("dest-"), $"oci:{layout}:image", $"docker://{to.Host}/{name}"]);

    public override string Pull(RegistryLine from, string name)
    {
        Run("skopeo", ["copy", "-q", "--dest-decompress", .. from.Flags("src-"), $"docker://{from.Host}/{name}", "dir:" + In("skopeo-dir")]);
        Run("skopeo", "copy", "-q", "dir:" + In("skopeo-dir"), $"oci:{In("skopeo-layout")}:image"); // umoci knows no zstd
        Run("umoci", "unpack", "--image", In("skopeo-layout") + ":image", In("skopeo-bundle"));
        return In("skopeo-bundle/rootfs");
    }
}

/// <summary>umoci, which asks no registry: it writes the layers that skopeo moves, and reads those.</summary>
internal sealed partial record UmociPeer(string Work) : ImagePeer(Work)
{
    /// <summary>It rounds times to seconds.</summary>
    public override string Given(string tree) => Times().Replace(tree, static time =>
        (long.Parse(time.Groups["seconds"].Value) + (time.Groups["part"].Value[0] >= '5' ? 1 : 0)) + ".000000000 (");

    public override void Push(string layout, RegistryLine to, string name)
    {
        string image = In("umoci-layout") + ":image";
        Run("skopeo", "copy", "-q", $"oci:{layout}:image", "dir:" + In("umoci-plain"), "--dest-decompress");
        Run("skopeo", "copy", "-q", "dir:" + In("umoci-plain"), $"oci:{In("umoci-given")}:image");
        Run("umoci", "unpack", "--image", In("umoci-given") + ":image", In("umoci-bundle"));
        Run("umoci", "init", "--layout", In("umoci-layout"));
        Run("umoci", "new", "--image", image);
        Run("umoci", "insert", "--image", image, In("umoci-bundle/rootfs"), "/");
        new SkopeoPeer(Work).Push(In("umoci-layout"), to, name);
    }

    public override string Pull(RegistryLine from, string name) => new SkopeoPeer(Work).Pull(from, name);

    [GeneratedRegex(@"(?<seconds>-?[0-9]+)\.(?<part>[0-9]{9}) \(", RegexOptions.ExplicitCapture)]
    private static partial Regex Times();
}

/// <summary>podman with a store of its own. With vfs an image's tree is a directory; with overlayfs podman cannot apply a hard link into a layer below.</summary>
internal sealed record PodmanPeer(string Work) : ImagePeer(Work)
{
    public override string Shown(string tree) => AsStored(tree);

    // "Digest did not match" at the upload: such a layer is not put together again as it was
    public override bool GivesHoles => false;

    private string[] Store => ["--root", In("podman"), "--runroot", In("podman-run"), "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none"];

    public override void Push(string layout, RegistryLine to, string name)
    {
        string id = Podman("pull", "-q", $"oci:{layout}:image");
        Podman(["push", "-q", .. to.Flags(), id, $"docker://{to.Host}/{name}"]);
    }

    public override string Pull(RegistryLine from, string name)
    {
        Podman(["pull", "-q", .. from.Flags(), $"{from.Host}/{name}"]);
        return Podman("image", "mount", $"{from.Host}/{name}");
    }

    /// <summary>
    /// The store that podman and buildah share copies user's and security's attributes alone from a layer to the next, makes two of a symbolic
    /// link with two names, and knows no time before 1970.
    /// </summary>
    internal static string AsStored(string tree) => tree
        .Replace("trusted.word=796573 ", "", StringComparison.Ordinal)
        .Replace(" same as soft -> ", " -> ", StringComparison.Ordinal)
        .Replace(" -86400.000000000 ", " 0.000000000 ", StringComparison.Ordinal);

    private string Podman(params string[] arguments) => Run("podman", [.. Store, .. arguments]);
}

/// <summary>buildah with a store of its own.</summary>
internal sealed record BuildahPeer(string Work) : ImagePeer(Work)
{
    public override string Shown(string tree) => PodmanPeer.AsStored(tree);

    public override bool GivesHoles => false;

    private string[] Store => ["--root", In("buildah"), "--runroot", In("buildah-run"), "--storage-driver", "vfs"];

    public override void Push(string layout, RegistryLine to, string name)
    {
        string id = Buildah("pull", "-q", $"oci:{layout}:image");
        Buildah(["push", "-q", .. to.Flags(), id, $"docker://{to.Host}/{name}"]);
    }

    public override string Pull(RegistryLine from, string name)
    {
        Buildah(["from", "-q", "--name", "image", .. from.Flags(), $"{from.Host}/{name}"]);
        return Buildah("mount", "image");
    }

    private string Buildah(params string[] arguments) => Run("buildah", [.. Store, .. arguments]);
}
