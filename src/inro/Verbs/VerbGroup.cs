namespace Inro.Cli.Verbs;

/// <summary>Where a word leads. Verbs are made one at a time, when named: a start pays for no other.</summary>
internal sealed record VerbGroup
{
    /// <summary>Empty for the program itself.</summary>
    public required string Path { get; init; }

    public required string Summary { get; init; }

    /// <summary>The names that help and completion show.</summary>
    public required string[] Names { get; init; }

    /// <summary>The groups below this one.</summary>
    public string[] Groups { get; init; } = [];

    /// <summary>The verb of that name, or null.</summary>
    public required Func<string, Verb?> Find { get; init; }

    /// <summary>The group of that name, or null.</summary>
    public static VerbGroup? Of(string name) => name switch
    {
        "container" => new VerbGroup
        {
            Path = "container",
            Summary = "Manage containers",
            Names = ["attach", "commit", "cp", "create", "diff", "exec", "exists", "export", "init", "inspect", "kill", "logs", "ls", "mount", "pause", "port", "prune", "rename", "restart", "rm", "run", "start", "stats", "stop", "top", "unmount", "unpause", "update", "wait"],
            Find = Container,
        },
        "checkpoint" => Checkpoints.CheckpointVerbs.Group,
        "cgroup" => new VerbGroup { Path = "cgroup", Summary = "Look at and change containers' cgroups", Names = ["get", "set"], Find = static name => name is "get" or "set" ? new CgroupVerb { Path = "cgroup " + name, Writes = name == "set" } : null },
        "generate" => new VerbGroup { Path = "generate", Summary = "Write files for other programs", Names = ["systemd"], Find = static name => name == "systemd" ? new GenerateSystemdVerb { Path = "generate systemd" } : null },
        "healthcheck" => new VerbGroup { Path = "healthcheck", Summary = "Manage health checks", Names = ["run"], Find = static name => name == "run" ? new HealthcheckVerb { Path = "healthcheck run" } : null },
        "image" => new VerbGroup { Path = "image", Summary = "Manage images", Names = ["copy", "flatten", "history", "import", "inspect", "load", "ls", "mount", "pin", "prune", "pull", "push", "rm", "save", "tag", "unmount", "unpack", "unpin"], Find = Image },
        "manifest" => Manifests.ManifestVerbs.Group,
        "registry" => Registries.RegistryVerbs.Group,
        "system" => new VerbGroup { Path = "system", Summary = "Manage Inro", Names = ["check", "df", "events", "info", "prune"], Find = OfSystem },
        "secret" => Secrets.SecretVerbs.Group,
        "volume" => Volumes.VolumeVerbs.Group,
        _ => null,
    };

    /// <summary>The verbs that need no group.</summary>
    public static VerbGroup Root => new()
    {
        Path = "",
        Summary = "",
        Names =
        [
            "attach", "autostart", "commit", "completion", "cp", "create", "diff", "events", "exec", "explain", "export", "help", "history", "images", "import", "info", "init", "inspect", "kill", "load", "login", "logout", "logs", "mount", "pause", "port", "ps",
            "pull", "push", "rename", "restart", "rm", "rmi", "run", "save", "serve", "start", "stats", "stop", "tag", "top", "unmount", "unpause", "unshare", "update", "version", "wait",
        ],
        Groups = ["cgroup", "checkpoint", "container", "generate", "healthcheck", "image", "manifest", "registry", "secret", "system", "volume"],
        Find = Top,
    };

    private static Verb? Top(string name) => name switch
    {
        "images" => new ImagesVerb { Path = name },
        "load" => new LoadVerb { Path = name },
        "login" => new LoginVerb { Path = name },
        "logout" => new LogoutVerb { Path = name },
        "history" or "import" or "pull" or "push" or "save" or "tag" => Image(name, name),
        "rmi" => new RmiVerb { Path = name },
        "inspect" => new InspectVerb { Path = name },
        "ps" => new PsVerb { Path = name },
        "autostart" => new AutostartVerb { Path = name },
        "events" => new EventsVerb { Path = name },
        "explain" => new ExplainVerb { Path = name },
        "info" => new SystemInfoVerb { Path = name },
        "serve" => new ServeVerb { Path = name },
        "unshare" => new UnshareVerb { Path = name },
        "version" => new VersionVerb { Path = name },
        "completion" => new CompletionVerb { Path = name },
        "help" => new HelpVerb { Path = name },
        "attach" or "commit" or "cp" or "create" or "diff" or "exec" or "export" or "init" or "kill" or "logs" or "mount" or "pause" or "rename" or "restart" or "rm" or "run" or "port" or "start" or "stats" or "stop" or "top" or "umount" or "unmount" or "unpause" or "update" or "wait" => Container(name, name),
        _ => null,
    };

    private static Verb? Container(string name) => Container(name, "container " + name);

    private static Verb? Container(string name, string path) => name switch
    {
        "attach" => new AttachVerb { Path = path },
        "commit" => new CommitVerb { Path = path },
        "cp" => new CpVerb { Path = path },
        "create" => new CreateVerb { Path = path },
        "diff" => new DiffVerb { Path = path },
        "exec" => new ExecVerb { Path = path },
        "exists" => new ContainerExistsVerb { Path = path },
        "export" => new ExportVerb { Path = path },
        "init" => new InitVerb { Path = path },
        "inspect" => new InspectVerb { Path = path, Kind = "container" },
        "kill" => new KillVerb { Path = path },
        "logs" => new LogsVerb { Path = path },
        "ls" or "list" or "ps" => new PsVerb { Path = path },
        "mount" => new MountVerb { Path = path },
        "pause" => new PauseVerb { Path = path, Pauses = true },
        "port" => new PortVerb { Path = path },
        "prune" => new ContainerPruneVerb { Path = path },
        "rename" => new RenameVerb { Path = path },
        "restart" => new RestartVerb { Path = path },
        "rm" or "remove" => new RmVerb { Path = path },
        "run" => new RunVerb { Path = path },
        "start" => new StartVerb { Path = path },
        "stats" => new StatsVerb { Path = path },
        "stop" => new StopVerb { Path = path },
        "top" => new TopVerb { Path = path },
        "umount" or "unmount" => new UnmountVerb { Path = path },
        "unpause" => new PauseVerb { Path = path, Pauses = false },
        "update" => new UpdateVerb { Path = path },
        "wait" => new WaitVerb { Path = path },
        _ => null,
    };

    private static Verb? Image(string name) => Image(name, "image " + name);

    private static Verb? Image(string name, string path) => name switch
    {
        "copy" => new CopyVerb { Path = path },
        "flatten" => new FlattenVerb { Path = path },
        "history" => new HistoryVerb { Path = path },
        "import" => new ImportVerb { Path = path },
        "inspect" => new InspectVerb { Path = path, Kind = "image" },
        "load" => new LoadVerb { Path = path },
        "mount" => new ImageMountVerb { Path = path },
        "pin" => new ImagePinVerb { Path = path, Pins = true },
        "prune" => new ImagePruneVerb { Path = path },
        "pull" => new PullVerb { Path = path },
        "push" => new PushVerb { Path = path },
        "rm" or "remove" => new RmiVerb { Path = path },
        "save" => new SaveVerb { Path = path },
        "tag" => new TagVerb { Path = path },
        "unmount" or "umount" => new ImageUnmountVerb { Path = path },
        "unpack" => new UnpackVerb { Path = path },
        "unpin" => new ImagePinVerb { Path = path, Pins = false },
        "ls" or "list" => new ImagesVerb { Path = path },
        _ => null,
    };

    private static Verb? OfSystem(string name) => name switch
    {
        "check" => new SystemCheckVerb { Path = "system check" },
        "df" => new SystemDfVerb { Path = "system df" },
        "events" => new EventsVerb { Path = "system events" },
        "info" => new SystemInfoVerb { Path = "system info" },
        "prune" => new SystemPruneVerb { Path = "system prune" },
        _ => null,
    };
}
