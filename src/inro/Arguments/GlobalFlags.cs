namespace Inro.Cli.Arguments;

/// <summary>The flags that stand before the verb.</summary>
internal sealed class GlobalFlags
{
    private readonly List<string> hookDirectories = [];

    /// <summary>Directory that makes an instance of its own; null: the user's default instance.</summary>
    public string? Root { get; private set; }

    /// <summary>Absolute paths of the directories that give hooks to containers which are made or started, the strongest last; empty: as configured.</summary>
    public IReadOnlyList<string> HookDirectories => hookDirectories;

    /// <summary>Failures that are ours show where they happened.</summary>
    public bool IsDebug { get; private set; }

    /// <summary><c>--version</c> was given.</summary>
    public bool WantsVersion { get; private set; }

    /// <summary>The table for parser, help and completion.</summary>
    public FlagTable Table => new FlagTable()
        .Switch("debug", 'D', "Show where a failure happened", v => IsDebug = v)
        .List("hooks-dir", '\0', "Give containers that are made or started the OCI hooks of this directory's files", v => hookDirectories.Add(HostPath.Absolute(v)), offers: Completion.Directory)
        .Text("root", '\0', "Keep images, containers and state in this directory, as an instance of its own", v => Root = v, offers: Completion.Directory)
        .Switch("version", 'v', "Print version information and quit", v => WantsVersion = v);
}
