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
            Names = ["attach", "create", "exec", "inspect", "kill", "logs", "ls", "rm", "run", "start", "stop", "wait"],
            Find = Container,
        },
        "image" => new VerbGroup { Path = "image", Summary = "Manage images", Names = ["inspect", "load", "ls", "rm"], Find = Image },
        _ => null,
    };

    /// <summary>The verbs that need no group.</summary>
    public static VerbGroup Root => new()
    {
        Path = "",
        Summary = "",
        Names =
        [
            "attach", "completion", "create", "exec", "explain", "help", "images", "inspect", "kill", "load", "logs", "ps", "rm", "rmi", "run",
            "serve", "start", "stop", "version", "wait",
        ],
        Groups = ["container", "image"],
        Find = Top,
    };

    private static Verb? Top(string name) => name switch
    {
        "version" => new VersionVerb { Path = name },
        "completion" => new CompletionVerb { Path = name },
        "help" => new HelpVerb { Path = name },
        _ => null,
    };

    private static Verb? Container(string name) => null;

    private static Verb? Image(string name) => null;
}
