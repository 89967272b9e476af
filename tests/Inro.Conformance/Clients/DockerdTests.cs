using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Clients;

/// <summary>dockerd runs its containers with inro-oci as its default runtime.</summary>
public sealed class DockerdTests
{
    [KernelFact(Needs.Root | Needs.Busybox | Needs.Program | Needs.LibSeccomp | Needs.Docker)]
    public void Dockerd_runs_containers_with_this_runtime()
    {
        using var lane = new ClientLane();

        Dictionary<string, string> seen = lane.Run($$$"""
            dockerd --data-root {{{lane.Store}}} --exec-root /run/dk -H unix:///run/d.sock -p /run/d.pid --iptables=false --ip6tables=false --bridge=none --storage-driver vfs \
              --add-runtime inro={{{InroProcess.OciBinary}}} --default-runtime inro --cgroup-parent /{{{lane.Name}}} >{{{lane.Store}}}.log 2>&1 & daemon=$!
            for i in $(seq 200); do [ -S /run/d.sock ] && break; sleep 0.1; done
            d() { timeout 60 docker -H unix:///run/d.sock "$@"; }
            tar -C {{{lane.Rootfs}}} -c . | d import - box >/dev/null
            F="--network none"
            say run; d run --rm $F box echo hello
            say status; d run --rm $F box sh -c 'exit 7'; echo $?
            say input; echo typed | d run --rm -i $F box cat
            say terminal; on_terminal "docker -H unix:///run/d.sock run --rm -it $F box sh -c 'tty; read word'"
            say missing; d run --rm $F box nosuch >/dev/null 2>&1; echo $?
            say confined; d run --rm $F -u 1000 --read-only --tmpfs /tmp --cap-drop ALL box sh -c 'id -u; touch /x 2>/dev/null || echo kept; touch /tmp/y && echo made; grep Seccomp: /proc/self/status'
            say privileged; d run --rm $F --privileged box grep Seccomp: /proc/self/status
            say memory; d run --rm $F -m 6m --memory-swap 6m box sh -c 'x=$(head -c 67108864 /dev/zero | tr "\0" a); echo ${#x}' 2>/dev/null; echo $?
            say detached; d run -d $F --name one -m 64m box sleep 100 >/dev/null; echo $?
            say exec; d exec one echo in exec
            say exec-status; d exec one sh -c 'exit 5'; echo $?
            say exec-terminal; on_terminal "docker -H unix:///run/d.sock exec -it one sh -c 'tty; read word'"
            say top; d top one -o pid,args | tail -n1
            say stats; d stats --no-stream --format '{{.MemUsage}}' one | sed 's/.*\///'
            say update; d update --pids-limit 55 one >/dev/null; d exec one sh -c 'cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max'
            say pause; d pause one >/dev/null; d inspect -f '{{.State.Status}}' one; d unpause one >/dev/null; d inspect -f '{{.State.Status}}' one
            say restart; d restart -t 0 one >/dev/null; d inspect -f '{{.State.Status}}' one
            say kill; d kill one >/dev/null; d wait one
            say rm; d rm one >/dev/null; d ps -aq | wc -l
            kill $daemon; wait $daemon
            """);

        Assert.Equal("hello", seen["run"]);
        Assert.Equal("7", seen["status"]);
        Assert.Equal("typed", seen["input"]);
        Assert.Equal("/dev/pts/0\n0", seen["terminal"]);
        Assert.Equal("127", seen["missing"]);
        Assert.Equal("1000\nkept\nmade\nSeccomp:\t2", seen["confined"]);
        Assert.Equal("Seccomp:\t0", seen["privileged"]);
        Assert.Equal("137", seen["memory"]);
        Assert.Equal("0", seen["detached"]);
        Assert.Equal("in exec", seen["exec"]);
        Assert.Equal("5", seen["exec-status"]);
        Assert.Equal("/dev/pts/0\n0", seen["exec-terminal"]);
        Assert.EndsWith("sleep 100", seen["top"].TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(" 64MiB", seen["stats"]);
        Assert.Equal("55", seen["update"]);
        Assert.Equal("paused\nrunning", seen["pause"]);
        Assert.Equal("running", seen["restart"]);
        Assert.Equal("137", seen["kill"]);
        Assert.Equal("0", seen["rm"]);
    }
}
