namespace Inro.Engine.Containers;

/// <content>What podman's command line asks and docker's does not. Source: podman-run(1).</content>
public sealed partial record ContainerConfig
{
    /// <summary>What was typed after <c>run</c> or <c>create</c> to make it; empty: no command line made it.</summary>
    public IReadOnlyList<string> CreateCommand { get; init; } = [];

    /// <summary>The directory in which that was typed.</summary>
    public string? CreateDirectory { get; init; }

    /// <summary>Each run of the container is killed when it has lasted so many seconds; null: it may last.</summary>
    public int? RunSeconds { get; init; }

    /// <summary>Absolute path of a file of the host that has the process's pid while it runs; null: none.</summary>
    public string? PidFile { get; init; }

    /// <summary>The same for the pid of the container's shim.</summary>
    public string? ShimPidFile { get; init; }

    /// <summary><c>NAME=value</c> in which <c>${NAME}</c> stands for what the image sets.</summary>
    public IReadOnlyList<string> EnvironmentMerges { get; init; } = [];

    /// <summary>What /etc/hosts begins with: <c>none</c>, <c>image</c>, or an absolute path of the host; null: docker's lines.</summary>
    public string? HostsBase { get; init; }

    /// <summary>The image's /etc/hosts stays.</summary>
    public bool LeavesHosts { get; init; }

    /// <summary>The image's /etc/hostname stays.</summary>
    public bool LeavesHostname { get; init; }

    /// <summary>The image's /etc/resolv.conf stays.</summary>
    public bool LeavesResolver { get; init; }

    /// <summary>Directories of the container that a program of it will take for its root: they have the files of the network, too.</summary>
    public IReadOnlyList<string> ChrootDirectories { get; init; } = [];

    /// <summary>What the image's volumes become: <c>tmpfs</c> or <c>ignore</c>; null: anonymous volumes.</summary>
    public string? ImageVolumes { get; init; }

    /// <summary>Absolute path of the host's program that <see cref="Init"/> puts first; null: our own.</summary>
    public string? InitProgram { get; init; }

    /// <summary>Execution domain: <c>LINUX</c> or <c>LINUX32</c>. See personality(2).</summary>
    public string? Personality { get; init; }

    /// <summary>Class of the processor's caches and memory bandwidth that the process joins.</summary>
    public string? ResourceClass { get; init; }

    /// <summary>Whether a user without a line in the image's /etc/passwd gets one; null: only with <c>--userns keep-id</c>.</summary>
    public bool? NamesUser { get; init; }

    /// <summary>That line: <c>$USERNAME</c>, <c>$UID</c>, <c>$GID</c>, <c>$NAME</c> and <c>$HOME</c> are filled in; null: the usual one.</summary>
    public string? PasswdEntry { get; init; }

    /// <summary>The line of /etc/group: <c>$GROUPNAME</c>, <c>$GID</c> and <c>$USERLIST</c> are filled in; null: the usual one.</summary>
    public string? GroupEntry { get; init; }

    /// <summary>Users of the host who get lines in /etc/passwd and /etc/group; names or numbers.</summary>
    public IReadOnlyList<string> HostUsers { get; init; } = [];

    /// <summary>What a start tests first, until it goes well; null: nothing.</summary>
    public StartupCheck? Startup { get; init; }

    /// <summary>How many results of checks are kept; 0: all; null: five.</summary>
    public int? HealthLogCount { get; init; }

    /// <summary>How many characters of a check's output are kept; 0: all; null: what docker keeps.</summary>
    public int? HealthLogBytes { get; init; }
}

/// <summary>A check that a container must pass before the usual one begins. Times are nanoseconds, 0 means the default.</summary>
public sealed record StartupCheck
{
    /// <summary><c>CMD-SHELL</c> and one line.</summary>
    public IReadOnlyList<string> Test { get; init; } = [];

    /// <summary>Time between two tests.</summary>
    public long IntervalNanoseconds { get; init; }

    /// <summary>Longest time of one test.</summary>
    public long TimeoutNanoseconds { get; init; }

    /// <summary>Failures after which the container is started again; 0: it is not.</summary>
    public int Retries { get; init; }

    /// <summary>Tests in a row that must go well; 0: one.</summary>
    public int Successes { get; init; }
}
