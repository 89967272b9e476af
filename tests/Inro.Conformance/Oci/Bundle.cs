using System.Text.Json.Nodes;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci;

/// <summary>A bundle with a busybox rootfs and the state directory of a runtime of its own; what is left in it is deleted at the end.</summary>
internal sealed class Bundle : IDisposable
{
    /// <summary>What every test of the runtime needs.</summary>
    public const Needs Usual = Needs.Root | Needs.Busybox | Needs.Program;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempDir _directory = TempDir.Create();

    public Bundle()
    {
        Directory.CreateDirectory(Path);
        TestRootfs.FillBusybox(Rootfs);
        Id = "oci-" + System.IO.Path.GetFileName(_directory.Path)[10..];
    }

    /// <summary>The container's id, unique on this machine.</summary>
    public string Id { get; }

    /// <summary>The configuration; written by each command that makes a container.</summary>
    public JsonObject Config { get; } = BundleConfig.Make();

    /// <summary>The bundle's directory.</summary>
    public string Path => _directory / "bundle";

    /// <summary>The root file system, as the host sees it.</summary>
    public string Rootfs => Path + "/rootfs";

    /// <summary>The runtime's state directory.</summary>
    public string State => _directory / "state";

    /// <summary>Where the runtime logs to, as JSON.</summary>
    public string Log => _directory / "log.json";

    /// <summary>A program to run the runtime by, with its arguments; empty runs it directly.</summary>
    public IReadOnlyList<string> Wrapper { get; set; } = [];

    /// <summary>Who runs the bundle.</summary>
    public OciRuntime Runtime { get; set; } = OciRuntime.Inro;

    /// <summary>A name beside the bundle, in the test's own directory: what no container may get at.</summary>
    public string Beside(string name) => _directory / name;

    /// <summary>What the first process does.</summary>
    public void Script(string script) => Config["process"]!["args"] = new JsonArray("/bin/sh", "-c", script);

    /// <summary>Runs the container to its end.</summary>
    public ToolResult Run(params string[] flags)
    {
        Write();
        return Oci(["run", "--bundle", Path, .. flags, Id]);
    }

    /// <summary>Makes the container, its program waits for start; nobody holds its output.</summary>
    public ToolResult Create(params string[] flags)
    {
        Write();
        return Quietly(["create", "--bundle", Path, .. flags, Id]);
    }

    /// <summary>Runs the container beside the test; nobody holds its output.</summary>
    public ToolResult Detach(params string[] flags)
    {
        Write();
        return Quietly(["run", "--detach", "--bundle", Path, .. flags, Id]);
    }

    /// <summary>One command of the runtime.</summary>
    public ToolResult Oci(params string[] arguments)
    {
        string[] all = [.. Wrapper, .. Runtime.Command, "--root", State, "--log", Log, "--log-format", "json", .. arguments];
        return Tool.Run(all[0], all[1..], Deadline, new ToolOptions { WorkingDirectory = Path });
    }

    public void Dispose()
    {
        if (Directory.Exists(State + "/" + Id)) { Oci("delete", "--force", Id); }

        RemoveParents();
        _directory.Dispose();
    }

    /// <summary>Cgroups above the container's own that its configuration named after it: the runtime makes them and leaves them to whoever named them.</summary>
    private void RemoveParents()
    {
        string[] trees = ["/sys/fs/cgroup", .. Directory.GetDirectories("/sys/fs/cgroup")];
        foreach (string parent in trees.Select(tree => $"{tree}/{Id}").Where(Directory.Exists))
        {
            foreach (string below in Directory.EnumerateDirectories(parent, "*", SearchOption.AllDirectories).OrderByDescending(static d => d.Length)) { Directory.Delete(below); }

            Directory.Delete(parent);
        }
    }

    /// <summary>As <see cref="Oci"/>, for containers that live on: their output goes nowhere, so that nobody waits for its end.</summary>
    private ToolResult Quietly(string[] arguments)
    {
        string errors = _directory / "errors";
        string[] all = [.. Wrapper, "/bin/sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>" + errors, "sh",
            .. Runtime.Command, "--root", State, "--log", Log, "--log-format", "json", .. arguments];
        ToolResult result = Tool.Run(all[0], all[1..], Deadline, new ToolOptions { WorkingDirectory = Path });
        return result with { ErrorBytes = [.. result.ErrorBytes, .. File.Exists(errors) ? File.ReadAllBytes(errors) : []] };
    }

    /// <summary>Writes the configuration.</summary>
    public void Write()
    {
        if (Runtime.OciVersion is { } version) { Config["ociVersion"] = version; }

        File.WriteAllText(Path + "/config.json", Config.ToJsonString());
    }
}
