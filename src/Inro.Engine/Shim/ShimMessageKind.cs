namespace Inro.Engine.Shim;

/// <summary>What a message on a shim's socket asks or tells. Names on the wire are the names here; unknown ones are refused.</summary>
internal enum ShimMessageKind
{
    /// <summary>Both ways: version; the shim adds what it knows of the container.</summary>
    Hello,

    /// <summary>Starter to shim, the first word: what any start of the container needs may be made (descriptor: the container's lock).</summary>
    Prepare,

    /// <summary>Starter to shim: start, perhaps attached (descriptors: stdout, stderr).</summary>
    Start,

    /// <summary>Starter to shim, the first word: take over a container whose shim was killed (descriptor: the container's lock).</summary>
    Adopt,

    /// <summary>Shim to starter: the process runs (descriptor: stdin, where asked).</summary>
    Started,

    /// <summary>Client to shim: join the streams (descriptors: stdout, stderr).</summary>
    Attach,

    /// <summary>Client to shim: leave the streams.</summary>
    Detach,

    /// <summary>Client to shim: size of the terminal.</summary>
    Resize,

    /// <summary>Client to shim: a signal for the process.</summary>
    Signal,

    /// <summary>Client to shim: end of input.</summary>
    CloseStdin,

    /// <summary>Client to shim: start a process in the container (descriptors: the definition, then its streams).</summary>
    Exec,

    /// <summary>Client to shim: which execs run.</summary>
    ListExecs,

    /// <summary>Client to shim: answer once, when the log grows beyond <see cref="ShimMessage.Position"/> or the container has ended.</summary>
    AwaitLog,

    /// <summary>Client to shim: the end is in the database.</summary>
    Committed,

    /// <summary>Shim to client: done (descriptor: stdin or terminal, where asked).</summary>
    Done,

    /// <summary>Shim to client: not done, and why.</summary>
    Failed,

    /// <summary>Shim to client: the process has ended.</summary>
    Exit,

    /// <summary>Shim to a client that was told of the end early (<see cref="ShimMessage.GivesBack"/>): nothing of the container is left but its files, or what is (<see cref="ShimMessage.Problem"/>).</summary>
    GivenBack,

    /// <summary>Shim to client: the log has grown.</summary>
    LogGrew,

    /// <summary>Client to shim: test the health now, and answer with what was found.</summary>
    Check,

    /// <summary>Client to shim, on any connection: size of the terminal of the exec with that id.</summary>
    ResizeExec,

    /// <summary>Client to shim: the program of a process that is held may begin; answered as a start is.</summary>
    LetGo,
}
