using Inro.KernelTests.Harness;

namespace Inro.Conformance.Images.Peers;

/// <summary>A registry as a client is told of it.</summary>
/// <param name="Host">As it stands in references.</param>
/// <param name="Credentials">USER:PASSWORD; null: it asks nobody.</param>
/// <param name="Certificates">A directory whose <c>ca.crt</c> vouches for it; null: it speaks no TLS.</param>
internal sealed record RegistryLine(string Host, string? Credentials = null, string? Certificates = null)
{
    /// <summary>The flags that skopeo, podman, buildah and Inro share, each with a prefix where a command has two sides.</summary>
    public string[] Flags(string prefix = "") =>
    [
        .. Certificates is null ? (string[])[$"--{prefix}tls-verify=false"] : [$"--{prefix}cert-dir", Certificates],
        .. Credentials is null ? (string[])[] : [$"--{prefix}creds", Credentials],
    ];
}

/// <summary>A program that gives images to registries and has them from there, with a store of its own under a directory of the test.</summary>
/// <param name="Work">The directory; removed by the test.</param>
internal abstract record ImagePeer(string Work)
{
    /// <summary>Pulls with 40 layers, each unpacked over a copy of the one below, take their time on a busy machine.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(150);

    /// <summary>Those that are compared, by their names.</summary>
    public static ImagePeer Make(string name, string work) => name switch
    {
        "inro" => new InroPeer(work),
        "skopeo" => new SkopeoPeer(work),
        "umoci" => new UmociPeer(work),
        "podman" => new PodmanPeer(work),
        "buildah" => new BuildahPeer(work),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such peer"),
    };

    /// <summary>What a tree's list becomes where this program shows the tree; nothing else is forgiven.</summary>
    public virtual string Shown(string tree) => tree;

    /// <summary>What a tree's list becomes where this program makes layers of the tree.</summary>
    public virtual string Given(string tree) => tree;

    /// <summary>Whether it gives a registry sparse files.</summary>
    public virtual bool GivesHoles => true;

    /// <summary>Gives a registry the image <c>image</c> of a layout.</summary>
    /// <param name="layout">The layout's directory.</param>
    /// <param name="to">The registry.</param>
    /// <param name="name">Repository and tag there.</param>
    public abstract void Push(string layout, RegistryLine to, string name);

    /// <summary>Has an image from a registry.</summary>
    /// <returns>The directory that shows all its layers, one over the other.</returns>
    public abstract string Pull(RegistryLine from, string name);

    /// <summary>
    /// Runs a program with mounts, processes and a <c>/run</c> of its own: whatever it leaves there goes with it. The network is the machine's,
    /// for the registry's sake.
    /// </summary>
    /// <returns>What it printed.</returns>
    private protected static string Run(string program, params string[] arguments) => Tool.Run(
        "unshare",
        ["-m", "-p", "-f", "--kill-child", "--mount-proc", "--propagation", "private", "sh", "-c", "mount -t tmpfs -o mode=755 peer /run && exec \"$@\"", "sh", program, .. arguments],
        Deadline, new ToolOptions { Environment = new Dictionary<string, string> { ["BUILDAH_ISOLATION"] = "chroot", ["XDG_RUNTIME_DIR"] = "/run" } }).Ok().Output.Trim();

    private protected string In(string name) => Path.Combine(Work, name);
}
