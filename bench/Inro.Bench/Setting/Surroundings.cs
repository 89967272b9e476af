using Inro.Bench.Measuring;

namespace Inro.Bench.Setting;

/// <summary>Where a bench run takes place: the program, the lanes, and a directory for what is made on the way.</summary>
internal sealed class Surroundings : IDisposable
{
    private readonly Dictionary<string, string> versions = new(StringComparer.Ordinal);
    private readonly Lazy<string?> registryProblem;
    private Engines? engines;

    public Surroundings(string tree, string program, string peersFolder)
    {
        Program = program;
        Tree = tree;
        Work = Directory.CreateDirectory(Path.Combine(tree, "artifacts", "bench", "work")).FullName;
        Local = new LocalLane();
        registryProblem = new Lazy<string?>(() => LargeRegistry.Start(this));
        if (File.Exists(Path.Combine(peersFolder, "versions.txt"))) { Peers = new PeersLane(peersFolder, tree); }
    }

    /// <summary>The published program, under the same path in both lanes.</summary>
    public string Program { get; }

    /// <summary>The same file as OCI runtime.</summary>
    public string OciProgram => Path.Combine(Path.GetDirectoryName(Program)!, "inro-oci");

    /// <summary>The smallest program of the same kind: <c>bench/Inro.Floor</c>.</summary>
    public string Floor => Path.Combine(Tree, "artifacts", "bench", "floor", "Inro.Floor");

    public string Tree { get; }

    /// <summary>Directory of bundles and archives; also the same path in both lanes.</summary>
    public string Work { get; }

    public ILane Local { get; }

    /// <summary>Null when ./dev peers was not run.</summary>
    public ILane? Peers { get; }

    /// <summary>The lane in which promises are measured: the peers' own, so that both sides have the same surroundings.</summary>
    public ILane Ours => Peers ?? Local;

    /// <summary>docker, podman and ours, with the image loaded; made ready on first use.</summary>
    public Engines Engines => engines ??= new Engines(this);

    /// <summary>Why there is no registry with the large image, or null; started and filled on first use.</summary>
    public string? RegistryProblem => registryProblem.Value;

    /// <summary>A peer's name with its version, as it reports it.</summary>
    public string NameOf(string program, ILane? lane)
    {
        string key = $"{program} {(lane == Local ? "here" : "there")}";
        if (versions.TryGetValue(key, out string? name)) { return name; }

        Sample sample = lane?.Run(Command.Of(program, "--version")) ?? new Sample(0, -2, "", "");
        string version = sample.Code == 0 ? sample.Output.Split(' ', '\n', ',').FirstOrDefault(w => w.Length > 0 && char.IsAsciiDigit(w[0])) ?? "?" : "";
        return versions[key] = $"{program} {version.Split('+', '~')[0]}".TrimEnd();
    }

    public void Dispose()
    {
        engines?.Dispose();
        Peers?.Dispose();
        Local.Dispose();
        foreach (string left in Directory.EnumerateDirectories("/run", "inro-bench-*")) { Directory.Delete(left, recursive: true); } // the runtimes' state directories, empty by now
    }
}
