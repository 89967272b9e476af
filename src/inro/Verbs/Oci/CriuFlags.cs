using Inro.Runtime.Checkpoint;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags that checkpoint and restore share.</summary>
internal sealed class CriuFlags
{
    private const uint NetworkNamespace = 0x40000000;

    /// <summary>Directory of the images; the default is runc's.</summary>
    public string Images { get; private set; } = System.IO.Path.GetFullPath("checkpoint");

    public string? WorkDirectory { get; private set; }

    /// <summary>What was chosen. Network devices are never the runtime's: the network namespace is made empty in any case.</summary>
    public CheckpointOptions Options { get; set; } = new() { EmptyNamespaces = NetworkNamespace };

    /// <summary>Takes one flag; false if it is none of these.</summary>
    public bool Take(string name, ref OciFlags flags)
    {
        switch (name)
        {
            case "image-path": Images = Path(flags.Value(name)); return true;
            case "work-path": WorkDirectory = Path(flags.Value(name)); return true;
            case "tcp-established": Options = Options with { TcpEstablished = flags.Switch() }; return true;
            case "ext-unix-sk": Options = Options with { ExternalUnixSockets = flags.Switch() }; return true;
            case "shell-job": Options = Options with { ShellJob = flags.Switch() }; return true;
            case "file-locks": Options = Options with { FileLocks = flags.Switch() }; return true;
            case "lazy-pages": Options = Options with { LazyPages = flags.Switch() }; return true;
            case "auto-dedup": Options = Options with { AutoDedup = flags.Switch() }; return true;
            case "manage-cgroups-mode": Options = Options with { CgroupsMode = Mode(flags.Value(name)) }; return true;
            case "empty-ns": CheckEmpty(flags.Value(name)); return true;
            default: return false;
        }
    }

    private static string Path(string given) => given.Length > 0 ? System.IO.Path.GetFullPath(given) : throw new OciUsageException("a path is empty");

    private static CriuCgroupsMode Mode(string name) => name switch
    {
        "" => CriuCgroupsMode.Default,
        "soft" => CriuCgroupsMode.Soft,
        "full" => CriuCgroupsMode.Full,
        "strict" => CriuCgroupsMode.Strict,
        "ignore" => CriuCgroupsMode.Ignore,
        _ => throw new OciUsageException("Invalid manage-cgroups-mode value"),
    };

    private static void CheckEmpty(string kind)
    {
        if (kind != "network") { throw new OciUsageException($"namespace \"{kind}\" is not supported"); }
    }
}
