using System.Text;
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

    /// <summary>Makes the instance and loads the image through the program.</summary>
    public static Instance WithBusybox()
    {
        Instance made = new();
        try
        {
            made.Ok("load", "-i", TestImages.Busybox(made.directory / "busybox.tar"));
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
        InroProcess.Run(["--root", Root, .. arguments], input is null ? null : Encoding.UTF8.GetBytes(input), Deadline);

    /// <summary>Runs it and gives back what it printed; fails the test when it does not end with 0.</summary>
    public string Ok(params string[] arguments) => Run(arguments).Ok().Output;

    /// <summary>The ids of all containers that there are, running or not.</summary>
    public string[] AllContainers() => Ok("ps", "-a", "-q", "--no-trunc").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The name of the cgroup under which this instance's containers lie, as a container sees it.</summary>
    public string CgroupName()
    {
        string line = Ok("run", "--rm", "--cgroupns", "host", "busybox", "head", "-n1", "/proc/self/cgroup").Trim();
        return Path.GetFileName(Path.GetDirectoryName(line[(line.LastIndexOf(':') + 1)..])!);
    }

    /// <summary>Ends what still runs, and then fails the test if something of the instance is left on the machine.</summary>
    public void Dispose()
    {
        try
        {
            foreach (string id in Run("ps", "-a", "-q", "--no-trunc").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) { Run("rm", "-f", id); }
        }
        finally
        {
            try { Leaks.Dispose(); }
            finally { directory.Dispose(); }
        }
    }
}
