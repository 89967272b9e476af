using Inro.Engine.Containers.Rootfs;
using Inro.Spec.Image;
using Inro.Spec.Runtime;

namespace Inro.Engine.Bundles;

/// <summary>Turns an image's config into the configuration of a bundle.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, conversion.md.</remarks>
internal static class BundleConfig
{
    private const string Prefix = "org.opencontainers.image.";
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly string[] Rights =
    [
        "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD", "CAP_NET_BIND_SERVICE",
        "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ];

    /// <summary>Makes it.</summary>
    /// <param name="template">What the image says nothing about.</param>
    /// <param name="image">The image's config.</param>
    /// <param name="files">The bundle's root file system: users of the image are looked up there.</param>
    /// <exception cref="EngineException">InvalidArgument: the image's user is not in it.</exception>
    public static RuntimeConfig Make(RuntimeConfig template, ImageConfig image, IRootfsFiles files)
    {
        ContainerDefaults config = image.Config ?? new ContainerDefaults();
        ResolvedUser user = UserLookup.Resolve(files, config.User, []);
        IReadOnlyList<string> args = [.. config.Entrypoint ?? [], .. config.Cmd ?? []];
        ProcessConfig process = template.Process ?? new ProcessConfig { Cwd = "/" };
        return template with
        {
            Root = new RootConfig { Path = "rootfs" },
            Process = process with
            {
                Args = args.Count > 0 ? args : process.Args,
                Env = Environment(config.Env ?? [], user.Home),
                Cwd = config.WorkingDir is { Length: > 0 } directory ? directory : "/",
                User = new UserConfig { Uid = user.Uid, Gid = user.Gid, AdditionalGids = user.Groups },
                Capabilities = new CapabilitiesConfig { Bounding = Rights, Effective = user.Uid == 0 ? Rights : [], Permitted = user.Uid == 0 ? Rights : [] },
            },
            Mounts = [.. template.Mounts, .. (config.Volumes ?? new Dictionary<string, EmptyObject>()).Keys.Order(StringComparer.Ordinal).Where(IsPlace).Select(Volume)],
            Annotations = Annotations(image, config),
        };
    }

    private static List<string> Environment(IReadOnlyList<string> own, string home)
    {
        List<string> all = [.. own];
        foreach (string usual in (string[])[DefaultPath, "TERM=xterm", "HOME=" + home])
        {
            string name = usual[..(usual.IndexOf('=', StringComparison.Ordinal) + 1)];
            if (!all.Exists(v => v.StartsWith(name, StringComparison.Ordinal))) { all.Add(usual); }
        }

        return all;
    }

    private static bool IsPlace(string volume) => volume.StartsWith('/') && volume.Trim('/').Length > 0;

    /// <summary>What is written there is not written into the root file system.</summary>
    private static MountConfig Volume(string place) => new()
    {
        Destination = place, Type = "tmpfs", Source = "none", Options = ["rw", "nosuid", "nodev", "noexec", "relatime", "tmpcopyup"],
    };

    private static SortedDictionary<string, string> Annotations(ImageConfig image, ContainerDefaults config)
    {
        SortedDictionary<string, string> words = new(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) { words[Prefix + name] = value; }
        }

        Add("os", image.OperatingSystem);
        Add("architecture", image.Architecture);
        Add("variant", image.Variant);
        Add("os.version", image.OperatingSystemVersion);
        Add("os.features", string.Join(',', image.OperatingSystemFeatures ?? []));
        Add("author", image.Author);
        Add("created", image.Created);
        Add("stopSignal", config.StopSignal);
        Add("exposedPorts", string.Join(',', (config.ExposedPorts ?? new Dictionary<string, EmptyObject>()).Keys.Order(StringComparer.Ordinal)));
        foreach ((string name, string value) in config.Labels ?? new Dictionary<string, string>()) { words[name] = value; } // what the image says in so many words counts
        return words;
    }
}
