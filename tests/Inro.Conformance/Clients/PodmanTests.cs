using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Clients;

/// <summary>podman runs its containers with inro-oci.</summary>
public sealed class PodmanTests
{
    [KernelFact(Needs.Root | Needs.Busybox | Needs.Program | Needs.LibSeccomp | Needs.Podman)]
    public void Podman_runs_containers_with_this_runtime()
    {
        using var lane = new ClientLane();

        // The limits that podman asks for by itself are above what root may have on some machines.
        Dictionary<string, string> seen = lane.Run($$$"""
            printf '[containers]\ndefault_ulimits = ["nofile=1024:4096","nproc=1024:4096"]\n' >/run/containers.conf
            export CONTAINERS_CONF=/run/containers.conf
            P="podman --runtime {{{InroProcess.OciBinary}}} --root {{{lane.Store}}} --runroot /run/pod --cgroup-manager cgroupfs --events-backend file --storage-driver vfs"; p() { timeout 60 $P "$@"; }
            tar -C {{{lane.Rootfs}}} -c . | p import - box >/dev/null 2>&1
            F="--network none --cgroup-parent /{{{lane.Name}}}"
            say run; p run --rm $F box echo hello
            say status; p run --rm $F box sh -c 'exit 7'; echo $?
            say input; echo typed | p run --rm -i $F box cat
            say terminal; on_terminal "$P run --rm -it $F box sh -c 'tty; read word'"
            say missing; p run --rm $F box nosuch >/dev/null; echo $?
            say detached; p run -d $F --name one -m 64m --pids-limit 77 -h inside box sleep 100 >/dev/null; echo $?
            say exec; p exec one hostname
            say exec-status; p exec one sh -c 'exit 5'; echo $?
            say exec-missing; p exec one nosuch >/dev/null; echo $?
            say top; p top one args | tail -n1
            say stats; p stats --no-stream --format '{{.MemUsage}}' one | sed 's/.*\///'
            say pause; p pause one >/dev/null; p inspect -f '{{.State.Status}}' one; p unpause one >/dev/null; p inspect -f '{{.State.Status}}' one
            say limits; p exec one sh -c 'cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max'
            say restart; p restart -t 0 one >/dev/null 2>&1; p inspect -f '{{.State.Status}}' one
            say kill; p kill -s KILL one >/dev/null; p wait one
            say rm; p rm one >/dev/null; p ps -aq | wc -l
            """);

        Assert.Equal("hello", seen["run"]);
        Assert.Equal("7", seen["status"]);
        Assert.Equal("typed", seen["input"]);
        Assert.Equal("/dev/pts/0\n0", seen["terminal"]);
        Assert.EndsWith("127", seen["missing"], StringComparison.Ordinal);
        Assert.Equal("0", seen["detached"]);
        Assert.Equal("inside", seen["exec"]);
        Assert.Equal("5", seen["exec-status"]);
        Assert.EndsWith("127", seen["exec-missing"], StringComparison.Ordinal);
        Assert.StartsWith("sleep 100", seen["top"], StringComparison.Ordinal);
        Assert.Equal(" 67.11MB", seen["stats"]);
        Assert.Equal("paused\nrunning", seen["pause"]);
        Assert.Equal("77", seen["limits"]);
        Assert.Equal("running", seen["restart"]);
        Assert.Equal("137", seen["kill"]);
        Assert.Equal("0", seen["rm"]);
    }
}
