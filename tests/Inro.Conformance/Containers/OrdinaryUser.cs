using System.Globalization;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;

namespace Inro.Conformance.Containers;

/// <summary>
/// A user without any right, made for one test: the machine's files are not touched. Each call of the program sees, in a mount
/// namespace of its own, files of users and of their ids in which the user stands. Make it in the first line of a test, in a <c>using</c>.
/// </summary>
internal sealed class OrdinaryUser : IDisposable
{
    /// <summary>What these tests need.</summary>
    public const Needs Usual = Instance.Usual | Needs.UserNamespaces | Needs.NewUidMap;

    /// <summary>Subordinate ids begin here, 65536 for each user: above what distributions give to theirs.</summary>
    private const long FirstSubordinateId = 2_000_000_000;

    private const int FirstUser = 40_000;
    private const int Users = 20_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly TempDir directory = TempDir.Create();
    private readonly LeakCheck leaks = LeakCheck.Begin();

    private OrdinaryUser(UserChoices choices)
    {
        Id = UnusedId();
        Home = directory / leaks.Marker;
        Directory.CreateDirectory(Home);
        RuntimeDirectory = choices.HasRuntimeDirectory ? Home + "/runtime" : $"/tmp/inro-{Id}";
        if (choices.HasRuntimeDirectory) { Directory.CreateDirectory(RuntimeDirectory); }

        Tool.Run("chown", ["-R", $"{Id}:{Id}", Home], Deadline).Ok();
        WriteFiles(choices);
    }

    /// <summary>The user's id.</summary>
    public int Id { get; }

    /// <summary>First of the 65536 ids that the user may map.</summary>
    public long FirstOwnId => FirstSubordinateId + ((Id - FirstUser) * 65536L);

    /// <summary>The home directory.</summary>
    public string Home { get; }

    /// <summary>Where the run directories are: the one of the session, or the one in /tmp.</summary>
    public string RuntimeDirectory { get; }

    /// <summary>Makes the user.</summary>
    public static OrdinaryUser Create(UserChoices? choices = null) => new(choices ?? new UserChoices());

    /// <summary>Makes the user, who loads the image.</summary>
    public static OrdinaryUser WithBusybox(UserChoices? choices = null) => WithImage(TestImages.BusyboxImage(), choices);

    /// <summary>The same with another image.</summary>
    public static OrdinaryUser WithImage(TestImage image, UserChoices? choices = null)
    {
        OrdinaryUser made = Create(choices);
        try
        {
            string archive = made.directory / "image.tar";
            image.WriteLayout(archive);
            made.Ok("load", "-i", archive);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Where the user sees the program.</summary>
    public string Program => directory / "inro";

    /// <summary>Where the user sees the OCI runtime.</summary>
    public string OciProgram => directory / "inro-oci";

    /// <summary>Runs <c>inro ARGUMENTS…</c> as the user.</summary>
    public ToolResult Run(params string[] arguments) => RunOther(Program, arguments);

    /// <summary>The same with something on standard input.</summary>
    public ToolResult Feed(byte[] input, params string[] arguments) =>
        Tool.Run("unshare", ["--mount", "--propagation", "private", "sh", directory / "enter", Program, .. arguments], Deadline, new ToolOptions { Input = input });

    /// <summary>Runs another program as the user.</summary>
    public ToolResult RunOther(string program, params string[] arguments) =>
        Tool.Run("unshare", ["--mount", "--propagation", "private", "sh", directory / "enter", program, .. arguments], Deadline);

    /// <summary>Starts <c>inro ARGUMENTS…</c> as the user, and does not wait.</summary>
    public StartedInro Start(params string[] arguments) =>
        StartedInro.StartTool("unshare", ["--mount", "--propagation", "private", "sh", directory / "enter", Program, .. arguments]);

    /// <summary>Runs <c>inro ARGUMENTS…</c> as the user of a user namespace that has all ids of the machine, where root has run some commands first.</summary>
    /// <param name="commands">Of a shell, with root's rights in that namespace.</param>
    /// <param name="arguments">Of inro.</param>
    public ToolResult RunWhere(string commands, params string[] arguments)
    {
        string go = directory / "go";
        directory.File("where", $"""
            rm -f '{go}'; mkfifo '{go}'
            unshare --user --mount --propagation private sh -c 'read line <"{go}"; . "{directory}/prepare"; exec unshare --mount --propagation private sh "{directory}/enter" "$@"' sh "$@" &
            child=$!
            until [ "$(readlink /proc/$child/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.01; done
            echo 0 0 4294967295 >/proc/$child/uid_map; echo 0 0 4294967295 >/proc/$child/gid_map
            echo go >'{go}'
            wait $child
            """);
        directory.File("prepare", commands);
        return Tool.Run("sh", [directory / "where", Program, .. arguments], Deadline);
    }

    /// <summary>Runs it and gives back what it printed; fails the test when it does not end with 0.</summary>
    public string Ok(params string[] arguments) => Run(arguments).Ok().Output;

    /// <summary>What an instance without containers still has in its run directory and among its containers: nothing.</summary>
    public IEnumerable<string> Leavings()
    {
        string run = RuntimeDirectory.StartsWith("/tmp/", StringComparison.Ordinal) ? RuntimeDirectory : RuntimeDirectory + "/inro";
        return ((string[])[run + "/containers", run + "/locks", run + "/runtime", Home + "/.local/share/inro/containers"])
            .Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries);
    }

    /// <summary>Ends what still runs; then fails the test if something of the user is left on the machine.</summary>
    public void Dispose()
    {
        try
        {
            foreach (string id in Run("ps", "-a", "-q", "--no-trunc").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) { Run("rm", "-f", id); }
        }
        finally
        {
            try { leaks.Dispose(); }
            finally
            {
                directory.Dispose();
                if (Directory.Exists($"/tmp/inro-{Id}")) { Directory.Delete($"/tmp/inro-{Id}", recursive: true); }
            }
        }
    }

    private void WriteFiles(UserChoices choices)
    {
        string ids = choices.HasIds ? $"tester:{FirstOwnId}:65536\n" : "";
        directory.File("passwd", $"root:x:0:0:root:/root:/bin/sh\ntester:x:{Id}:{Id}::{Home}:/bin/sh\n");
        directory.File("group", $"root:x:0:\ntester:x:{Id}:\n");
        directory.File("subuid", ids);
        directory.File("subgid", ids);
        directory.File("inro", "");
        directory.File("inro-oci", "");
        string hide = choices.HasHelpers ? "" :
            $"mkdir -p '{directory}/hidden/upper' '{directory}/hidden/work'\n" +
            $"[ -e '{directory}/hidden/upper/newuidmap' ] || mknod '{directory}/hidden/upper/newuidmap' c 0 0\n" + // overlayfs's mark of a removed file
            $"mount -t overlay -o 'lowerdir=/usr/bin,upperdir={directory}/hidden/upper,workdir={directory}/hidden/work' overlay /usr/bin\n";
        // the node's permissions are the machine's; here it is the user's
        string fuse = choices.HasFuse ? $"[ -e '{directory}/fuse' ] || {{ mknod -m 666 '{directory}/fuse' c 10 229; }}\nmount --bind '{directory}/fuse' /dev/fuse\n" : "";
        string runtime = choices.HasRuntimeDirectory ? $"XDG_RUNTIME_DIR='{RuntimeDirectory}'" : "";
        directory.File("enter",
            $"""
            set -e
            for file in passwd group subuid subgid; do mount --bind "{directory}/$file" "/etc/$file"; done
            for name in inro inro-oci; do mount --bind '{InroProcess.Binary}' "{directory}/$name"; done
            {hide}{fuse}cd '{Home}'
            exec setpriv --reuid {Id} --regid {Id} --clear-groups env -i PATH="$PATH" HOME='{Home}' {runtime} {LeakCheck.Variable}="${LeakCheck.Variable}" "$@"
            """);
    }

    /// <summary>An id that no user has and no process runs with.</summary>
    private static int UnusedId()
    {
        HashSet<string> taken = [.. File.ReadLines("/etc/passwd").Select(line => line.Split(':')[2])];
        while (true)
        {
            int id = FirstUser + Random.Shared.Next(Users);
            bool isFree = !taken.Contains(id.ToString(CultureInfo.InvariantCulture)) && !Directory.Exists($"/tmp/inro-{id}");
            if (isFree) { return id; }
        }
    }
}

/// <summary>What an ordinary user has on the host.</summary>
internal sealed record UserChoices
{
    /// <summary>Subordinate ids.</summary>
    public bool HasIds { get; init; } = true;

    /// <summary>A /dev/fuse that the user may open.</summary>
    public bool HasFuse { get; init; }

    /// <summary>newuidmap.</summary>
    public bool HasHelpers { get; init; } = true;

    /// <summary>XDG_RUNTIME_DIR.</summary>
    public bool HasRuntimeDirectory { get; init; } = true;
}
