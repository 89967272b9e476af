using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Clients;

/// <summary>podman's containers through inro-oci, by who creates them and as whom they run.</summary>
public sealed class PodmanUsersTests
{
    /// <summary>Says the user inside, the map's first line, the right to change owners, and the owner of what it made.</summary>
    private const string Who = "echo $(id -u):$(id -g); head -n1 /proc/self/uid_map | tr -s ' ' | sed 's/^ //'; touch /tmp/made; stat -c %u /tmp/made";

    private const Needs Usual = Needs.Root | Needs.Busybox | Needs.Program | Needs.LibSeccomp | Needs.Podman;

    [KernelTheory(Usual)]
    [InlineData("", "0:0 0 0 4294967295 0")]
    [InlineData("--user 1000:1000", "1000:1000 0 0 4294967295 1000")]
    [InlineData("--uidmap 0:300000:65536 --gidmap 0:300000:65536", "0:0 0 300000 65536 0")]
    [InlineData("--uidmap 0:300000:65536 --gidmap 0:300000:65536 --user 1000:1000", "1000:1000 0 300000 65536 1000")]
    public void Root_creates_containers_with_and_without_root_inside(string flags, string sees)
    {
        using var lane = new ClientLane();

        Dictionary<string, string> seen = lane.Run($$$"""
            printf '[containers]\ndefault_ulimits = ["nofile=1024:4096","nproc=1024:4096"]\n' >/run/containers.conf
            export CONTAINERS_CONF=/run/containers.conf
            p() { timeout 60 podman --runtime {{{InroProcess.OciBinary}}} --root {{{lane.Store}}} --runroot /run/pod --cgroup-manager cgroupfs --events-backend file --storage-driver vfs "$@"; }
            tar -C {{{lane.Rootfs}}} -c . | p import - box >/dev/null 2>&1
            say who; p run --rm --network none --cgroup-parent /{{{lane.Name}}} --tmpfs /tmp:mode=1777 {{{flags}}} box sh -c '{{{Who.Replace("'", "'\\''", StringComparison.Ordinal)}}}'
            """);

        Assert.Equal(sees, seen["who"].Replace('\n', ' '));
    }

    [KernelTheory(Usual | Needs.UserNamespaces | Needs.NewUidMap)]
    [InlineData("", "0:0 0 USER 1 0")]
    [InlineData("--user 1000:1000", "1000:1000 0 USER 1 1000")]
    [InlineData("--userns keep-id", "USER:USER 0 1 USER USER")]
    [InlineData("--userns keep-id --user 0:0", "0:0 0 1 USER 0")]
    public void An_ordinary_user_creates_containers_with_and_without_root_inside(string flags, string sees)
    {
        using OrdinaryUser user = OrdinaryUser.Create(new UserChoices { HasRuntimeDirectory = false }); // podman wants a short one
        string run = user.RuntimeDirectory;
        string rootfs = user.Home + "/rootfs";
        TestRootfs.FillBusybox(rootfs);
        string conf = user.Home + "/containers.conf";
        File.WriteAllText(conf, "[containers]\ndefault_ulimits = [\"nofile=1024:4096\",\"nproc=1024:4096\"]\n");
        string podman = $"env CONTAINERS_CONF={conf} XDG_RUNTIME_DIR={run} timeout 60 podman --runtime {user.OciProgram} --root {user.Home}/store --runroot {run}/pod --cgroup-manager cgroupfs --events-backend file --storage-driver vfs";
        user.RunOther("sh", "-c", $"mkdir -m 700 {run}; tar -C {rootfs} -c . | {podman} import - box").Ok();
        try
        {
            ToolResult result = user.RunOther("sh", "-c", $"{podman} run --rm --network none --tmpfs /tmp:mode=1777 {flags} box sh -c \"$0\"", Who).Ok();

            Assert.Equal(sees.Replace("USER", $"{user.Id}", StringComparison.Ordinal), result.Output.TrimEnd('\n').Replace('\n', ' '));
        }
        finally
        {
            user.RunOther("sh", "-c", $"{podman} system reset -f; {podman} unshare rm -rf {user.Home}/store; kill $(cat {run}/libpod/tmp/pause.pid)");
        }
    }
}
