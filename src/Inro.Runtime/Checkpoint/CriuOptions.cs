namespace Inro.Runtime.Checkpoint;

/// <summary>What criu is asked to do with a process tree: the message <c>criu_opts</c>, as far as it is used.</summary>
/// <remarks>Source: criu, images/rpc.proto; the numbers are those of its fields. What is null or false is left out.</remarks>
internal sealed record CriuOptions
{
    /// <summary>Descriptor in this process of the directory of images.</summary>
    public required int Images { get; init; }

    /// <summary>Descriptor in this process of the directory of logs.</summary>
    public int? WorkDirectory { get; init; }

    public required string LogFile { get; init; }

    public int? Pid { get; init; }

    public string? Root { get; init; }

    public string? ParentImages { get; init; }

    public string? FreezeCgroup { get; init; }

    public string? ConfigFile { get; init; }

    public string? LsmProfile { get; init; }

    public string? LsmMountContext { get; init; }

    public CheckpointOptions Choices { get; init; } = new();

    public bool IsRestore { get; init; }

    /// <summary>Which network lock: null leaves the choice to criu.</summary>
    public uint? NetworkLock { get; init; }

    public int? StatusDescriptor { get; init; }

    /// <summary>Mounts that are not the container's own: on a dump, where they are and what they are called; on a restore, the names and the host's paths.</summary>
    public IReadOnlyList<(string Key, string Value)> Mounts { get; init; } = [];

    /// <summary>Cgroups in which the tree is restored: controllers and path.</summary>
    public IReadOnlyList<(string Controllers, string Path)> CgroupRoots { get; init; } = [];

    /// <summary>Descriptors of criu's own that take the place of something external.</summary>
    public IReadOnlyList<(string Key, int Descriptor)> Inherited { get; init; } = [];

    /// <summary>Things that are not the container's own, in criu's words: <c>net[inode]:name</c>, <c>file[mount:inode]</c>.</summary>
    public IReadOnlyList<string> External { get; init; } = [];

    /// <summary>Namespaces that are joined: kind and path.</summary>
    public IReadOnlyList<(string Kind, string Path)> Joined { get; init; } = [];

    private const uint VerboseLog = 4;

    /// <summary>The message.</summary>
    public ProtobufWriter Write()
    {
        var message = new ProtobufWriter();
        message.Number(1, (uint)Images);
        if (Pid is { } pid) { message.Number(2, (uint)pid); }

        message.Flag(3, Choices.LeaveRunning).Flag(4, Choices.ExternalUnixSockets).Flag(5, Choices.TcpEstablished).Flag(6, IsRestore);
        message.Flag(7, Choices.ShellJob).Flag(8, Choices.FileLocks).Number(9, VerboseLog).Text(10, LogFile);
        if (Choices.PageServer is { } server) { message.Message(11, new ProtobufWriter().Text(1, server.Address).Number(2, server.Port)); }

        message.Flag(12, true).Text(13, Root).Text(14, ParentImages).Flag(15, ParentImages is not null || Choices.PreDump).Flag(16, Choices.AutoDedup);
        if (WorkDirectory is { } work) { message.Number(17, (uint)work); }

        message.Flag(18, Choices.LinkRemap);
        foreach ((string key, string value) in Mounts) { message.Message(23, new ProtobufWriter().Text(1, key).Text(2, value)); }

        message.Flag(24, true);
        foreach ((string controllers, string path) in CgroupRoots) { message.Message(25, new ProtobufWriter().Text(1, controllers).Text(2, path)); }

        message.Flag(26, IsRestore);
        foreach ((string key, int descriptor) in Inherited) { message.Message(27, new ProtobufWriter().Text(1, key).Number(2, (uint)descriptor)); }

        message.Number(34, (uint)Choices.CgroupsMode);
        foreach (string external in External) { message.Text(37, external); }

        message.Number(38, Choices.EmptyNamespaces);
        foreach ((string kind, string path) in Joined) { message.Message(39, new ProtobufWriter().Text(1, kind).Text(2, path)); }

        message.Text(44, FreezeCgroup).Flag(46, Choices.TcpSkipInFlight).Flag(48, Choices.LazyPages);
        if (StatusDescriptor is { } status) { message.Number(49, (uint)status); }

        message.Flag(50, true).Text(51, ConfigFile).Text(53, LsmProfile).Text(63, LsmMountContext);
        if (NetworkLock is { } locks) { message.Number(64, locks); }

        return message;
    }
}
