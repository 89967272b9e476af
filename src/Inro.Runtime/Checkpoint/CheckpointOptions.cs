namespace Inro.Runtime.Checkpoint;

/// <summary>What a checkpoint and a restore may be told; the same words mean the same on both sides.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The container runs on after the checkpoint.</summary>
    public bool LeaveRunning { get; init; }

    /// <summary>Memory is written and nothing else; the container runs on.</summary>
    public bool PreDump { get; init; }

    /// <summary>TCP connections are taken along.</summary>
    public bool TcpEstablished { get; init; }

    /// <summary>TCP connections that are just being made are left out.</summary>
    public bool TcpSkipInFlight { get; init; }

    /// <summary>Files that were deleted while they were open get a name for the time of the checkpoint.</summary>
    public bool LinkRemap { get; init; }

    /// <summary>Connections to unix sockets outside are allowed.</summary>
    public bool ExternalUnixSockets { get; init; }

    /// <summary>The container hangs on a terminal outside.</summary>
    public bool ShellJob { get; init; }

    /// <summary>File locks are taken along.</summary>
    public bool FileLocks { get; init; }

    /// <summary>Memory is served, or fetched, when it is first touched.</summary>
    public bool LazyPages { get; init; }

    /// <summary>Pages of a parent checkpoint that are written again are removed there.</summary>
    public bool AutoDedup { get; init; }

    /// <summary>What is done with cgroups.</summary>
    public CriuCgroupsMode CgroupsMode { get; init; } = CriuCgroupsMode.Default;

    /// <summary>Kinds of namespaces that are made anew, without what was in them, as clone(2) numbers them.</summary>
    public uint EmptyNamespaces { get; init; }

    /// <summary>Where memory is sent; null: to the directory of images.</summary>
    public CriuPageServer? PageServer { get; init; }
}

/// <summary>Where criu sends memory.</summary>
/// <param name="Address">A host's address.</param>
/// <param name="Port">TCP port.</param>
public sealed record CriuPageServer(string Address, ushort Port);

/// <summary>What criu does with cgroups. The numbers are criu's.</summary>
public enum CriuCgroupsMode
{
    /// <summary>Nothing.</summary>
    Ignore = 0,

    /// <summary>Values are restored in cgroups that criu made.</summary>
    Soft = 3,

    /// <summary>Values are restored in all.</summary>
    Full = 4,

    /// <summary>All are made anew; one that exists is an error.</summary>
    Strict = 5,

    /// <summary>What criu does by itself: <see cref="Soft"/>.</summary>
    Default = 6,
}
