using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Clients;

/// <summary>A real client with a world of its own: mounts, processes, network, state directories. Whatever it leaves goes with it.</summary>
internal sealed class ClientLane : IDisposable
{
    private const string World = """
        set -u; export SHELL=/bin/sh # what script starts its command with
        mount -t tmpfs -o mode=755 lane /run
        mount -t tmpfs lane /dev/shm
        ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null
        say() { printf '== %s\n' "$1"; }
        # A client at a terminal whose program waits to be answered: some clients end at once with their container and lose what it wrote last.
        # In the foreground: timeout would else take the client away from its terminal, unless the shell became it.
        on_terminal() {
            rm -f /run/typed /run/screen; mkfifo /run/typed; : >/run/screen
            script -qefc "timeout --foreground 60 $1" /run/screen </run/typed >/dev/null & typist=$!
            exec 4>/run/typed
            for i in $(seq 300); do grep -q '^/dev/.*[0-9]' /run/screen && break; sleep 0.1; done
            grep -o '^/dev/pts/[0-9]*' /run/screen
            echo answer >&4; wait $typist; echo $?; exec 4>&-
        }

        """;

    private readonly TempDir _directory = TempDir.Create();

    public ClientLane()
    {
        Name = "lane-" + Path.GetFileName(_directory.Path)[10..];
        TestRootfs.FillBusybox(Rootfs);
        Directory.CreateDirectory(_directory / "store");
    }

    /// <summary>Unique on this machine: the client's containers have their cgroups below it.</summary>
    public string Name { get; }

    /// <summary>A busybox root file system.</summary>
    public string Rootfs => _directory / "rootfs";

    /// <summary>Where the client keeps what it likes, on disk.</summary>
    public string Store => _directory / "store";

    /// <summary>Runs a script in the lane; <c>say TITLE</c> begins a section.</summary>
    /// <returns>What each section printed, standard error included, by its title.</returns>
    public Dictionary<string, string> Run(string script)
    {
        string file = _directory.File("script", World + script);
        string path = $"{InroProcess.Clients}/usr/sbin:{InroProcess.Clients}/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        ToolResult result = Tool.Run(
            "unshare", ["-m", "-n", "-p", "-f", "--kill-child", "--mount-proc", "--propagation", "private", "env", "PATH=" + path, "/bin/bash", "-c", $". {file} 2>&1"],
            TimeSpan.FromSeconds(120));
        var sections = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string section in ("\n" + result.Output.Replace("\r", "", StringComparison.Ordinal)).Split("\n== ").Skip(1))
        {
            int end = section.IndexOf('\n', StringComparison.Ordinal);
            sections[end < 0 ? section : section[..end]] = end < 0 ? "" : section[(end + 1)..].TrimEnd('\n');
        }

        sections["all"] = result.Output + result.Error;
        return sections;
    }

    public void Dispose()
    {
        string[] trees = ["/sys/fs/cgroup", .. Directory.GetDirectories("/sys/fs/cgroup")];
        foreach (string parent in trees.Select(tree => $"{tree}/{Name}").Where(Directory.Exists)) { RemoveCgroups(parent); }

        _directory.Dispose();
    }

    /// <summary>The lane's processes are killed already, with their namespace; the kernel takes a moment to let their cgroups go.</summary>
    private static void RemoveCgroups(string parent)
    {
        IEnumerable<string> deepestFirst = Directory.EnumerateDirectories(parent, "*", SearchOption.AllDirectories).OrderByDescending(static d => d.Length);
        foreach (string cgroup in deepestFirst.Append(parent).ToList())
        {
            Assert.True(SpinWait.SpinUntil(() => Removed(cgroup), Machine.Patience(TimeSpan.FromSeconds(10))), $"somebody is in {cgroup} still");
        }
    }

    private static bool Removed(string cgroup)
    {
        try
        {
            Directory.Delete(cgroup);
            return true;
        }
        catch (IOException)
        {
            return false; // EBUSY: somebody is in it still
        }
    }
}
