using System.Text;
using System.Text.Json;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;

namespace Inro.Conformance.Containers;

/// <summary>
/// The built program with a root directory of its own that holds the image <c>busybox</c>. The root's path carries the leak check's
/// marker, and so do its shims' arguments and its mounts. Make it in the first line of a test, in a <c>using</c>.
/// </summary>
internal sealed class Instance : IDisposable
{
    /// <summary>What most of these tests need.</summary>
    public const Needs Usual = Needs.Root | Needs.OverlayFs | Needs.Busybox | Needs.Program;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>How long a condition may take to come true; each call has a deadline of its own.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TempDir directory = TempDir.Create();

    private Instance()
    {
        Leaks = LeakCheck.Begin();
        Root = directory / Leaks.Marker;
    }

    /// <summary>What is watched for things left behind.</summary>
    public LeakCheck Leaks { get; }

    /// <summary>The instance's root directory.</summary>
    public string Root { get; }

    /// <summary>Whether a file system is mounted at the root, which is unmounted at the end.</summary>
    public bool IsMount { get; set; }

    /// <summary>Variables that every call gets.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>A file or directory beside the root, for the test's own use.</summary>
    public string Beside(string name) => directory / name;

    /// <summary>An instance that nothing has been done with.</summary>
    public static Instance Empty() => new();

    /// <summary>Makes the instance and loads the image through the program.</summary>
    public static Instance WithBusybox() => With(static made => made.LoadBusybox());

    /// <summary>An instance whose root is a file system of its own, in memory, with nothing on it.</summary>
    /// <param name="megabytes">How much it holds.</param>
    public static Instance OnSmallDisk(int megabytes) => With(made =>
    {
        Directory.CreateDirectory(made.Root);
        Tool.Run("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", made.Root], Deadline).Ok();
        made.IsMount = true;
    });

    /// <summary>Loads the image; 1 MB of a disk.</summary>
    public void LoadBusybox() => Ok("load", "-i", TestImages.Busybox(directory / "busybox.tar"));

    /// <summary>An instance that is prepared first, and disposed of where that fails.</summary>
    public static Instance With(Action<Instance> prepare)
    {
        Instance made = new();
        try
        {
            prepare(made);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Runs <c>inro --root ROOT ARGUMENTS…</c>.</summary>
    public ToolResult Run(params string[] arguments) => Feed(null, arguments);

    /// <summary>The same with something on standard input.</summary>
    public ToolResult Feed(string? input, params string[] arguments) =>
        InroProcess.Run(["--root", Root, .. arguments], input is null ? null : Encoding.UTF8.GetBytes(input), Deadline, Environment);

    /// <summary>Starts <c>inro --root ROOT ARGUMENTS…</c> and does not wait for it.</summary>
    public StartedInro Start(params string[] arguments) => StartedInro.Start(["--root", Root, .. arguments]);

    /// <summary>Runs it and gives back what it printed; fails the test when it does not end with 0.</summary>
    public string Ok(params string[] arguments) => Run(arguments).Ok().Output;

    /// <summary>The ids of all containers that there are, running or not.</summary>
    public string[] AllContainers() => Ok("ps", "-a", "-q", "--no-trunc").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The only container's full id.</summary>
    public string OnlyContainer() => Xunit.Assert.Single(AllContainers());

    /// <summary>The pid of the shim that watches a container, as it says itself.</summary>
    public int ShimOf(string id)
    {
        using JsonDocument status = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "run", "containers", id, "status.json")));
        return status.RootElement.GetProperty("shimPid").GetInt32();
    }

    /// <summary>Kills the shim of a container, and waits until it is gone.</summary>
    public int KillShim(string id)
    {
        int shim = ShimOf(id);
        string pid = shim.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Tool.Run("kill", ["-KILL", pid], TimeSpan.FromSeconds(5)).Ok();
        WaitFor(() => HasEnded(pid), "the shim does not end");
        return shim;
    }

    /// <summary>Whether a process has ended. A zombie has: whoever inherited it may take its time to wait for it.</summary>
    public static bool HasEnded(string pid)
    {
        try { return File.ReadAllText($"/proc/{pid}/stat") is var stat && stat[stat.LastIndexOf(')')..].StartsWith(") Z", StringComparison.Ordinal); }
        catch (IOException) { return true; }
    }

    /// <summary>What an instance without containers has on the disk, besides <paramref name="layers"/> snapshots of images: nothing.</summary>
    public IEnumerable<string> Leavings(int layers)
    {
        foreach (string part in (string[])["containers", "run/containers", "run/locks", "run/runtime", "ingest"])
        {
            string path = Path.Combine(Root, part);
            foreach (string entry in Directory.Exists(path) ? Directory.EnumerateFileSystemEntries(path) : []) { yield return entry; }
        }

        string[] snapshots = [.. Directory.EnumerateDirectories(Path.Combine(Root, "snapshots"))];
        if (snapshots.Length != layers) { yield return $"{snapshots.Length} snapshots: {string.Join(' ', snapshots)}"; }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static void WaitFor(Func<bool> done, string otherwise)
    {
        long deadline = System.Environment.TickCount64 + (long)Machine.Patience(Patience).TotalMilliseconds;
        while (!done())
        {
            Xunit.Assert.True(System.Environment.TickCount64 < deadline, otherwise);
            Thread.Sleep(10);
        }
    }

    /// <summary>The name of the cgroup under which this instance's containers lie, as a container sees it.</summary>
    public string CgroupName()
    {
        string line = Ok("run", "--rm", "--cgroupns", "host", "busybox", "head", "-n1", "/proc/self/cgroup").Trim();
        return Path.GetFileName(Path.GetDirectoryName(line[(line.LastIndexOf(':') + 1)..])!);
    }

    /// <summary>The cgroups of that name, in every mounted tree.</summary>
    public static IEnumerable<string> CgroupsNamed(string name) => MountTable.Read()
        .Where(m => m.FileSystem is "cgroup" or "cgroup2")
        .SelectMany(m => Directory.EnumerateDirectories(m.Target, name));

    /// <summary>Ends what still runs, and then fails the test if something of the instance is left on the machine.</summary>
    public void Dispose()
    {
        try
        {
            foreach (string id in Run("ps", "-a", "-q", "--no-trunc").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) { Run("rm", "-f", id); }

            if (IsMount) { WaitFor(() => Tool.Run("umount", ["--", Root], Deadline).ExitCode == 0, "the small disk stays in use"); } // by a shim that is just ending
        }
        finally
        {
            try { Leaks.Dispose(); }
            finally { directory.Dispose(); }
        }
    }
}
