using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Clients;

/// <summary>containerd's runc shim runs its containers with inro-oci.</summary>
public sealed class ContainerdTests
{
    [KernelFact(Needs.Root | Needs.Busybox | Needs.Program | Needs.LibSeccomp | Needs.Docker)]
    public void Containerd_runs_containers_with_this_runtime()
    {
        using var lane = new ClientLane();

        Dictionary<string, string> seen = lane.Run($$$"""
            printf 'version = 2\nroot = "{{{lane.Store}}}"\nstate = "/run/cd"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "/run/cd.sock"\n' >/run/cd.toml
            containerd -c /run/cd.toml >{{{lane.Store}}}/log 2>&1 & daemon=$!
            for i in $(seq 100); do [ -S /run/cd.sock ] && break; sleep 0.1; done
            c() { timeout 60 ctr -a /run/cd.sock -n {{{lane.Name}}} "$@"; }
            F="--runc-binary {{{InroProcess.OciBinary}}} --rootfs"; R={{{lane.Rootfs}}}
            say run; c run --rm $F $R a /bin/echo hello
            say status; c run --rm $F $R b /bin/sh -c 'exit 7'; echo $?
            say terminal; on_terminal "ctr -a /run/cd.sock -n {{{lane.Name}}} run --rm -t $F $R c /bin/sh -c 'tty; read word'"
            say missing; c run --rm $F $R d /bin/nosuch
            say seccomp; c run --rm --seccomp $F $R s /bin/grep Seccomp: /proc/self/status
            say detached; c run -d --memory-limit 67108864 $F $R one /bin/sleep 100; echo $?
            say exec; c task exec --exec-id x one /bin/echo in exec
            say exec-status; c task exec --exec-id y one /bin/sh -c 'exit 5'; echo $?
            say exec-missing; c task exec --exec-id z one /bin/nosuch
            say stats; c task metrics one | grep -E 'memory.(limit_in_bytes|usage_limit)' | tr -s ' '
            say ps; c task ps one | wc -l
            say pause; c task pause one; c task ls | grep -o PAUSED; c task resume one; c task ls | grep -o RUNNING
            say kill; c task kill -s KILL one; for i in $(seq 50); do c task ls | grep -q STOPPED && break; sleep 0.1; done; c task rm one 2>&1 | grep -o 'code [0-9]*'
            say rm; c c rm one; c c ls -q
            kill $daemon; wait $daemon
            """);

        Assert.Equal("hello", seen["run"]);
        Assert.Equal("7", seen["status"]);
        Assert.Equal("/dev/pts/0\n0", seen["terminal"]);
        Assert.Contains("exec /bin/nosuch: no such file or directory", seen["missing"], StringComparison.Ordinal);
        Assert.Equal("Seccomp:\t2", seen["seccomp"]);
        Assert.Equal("0", seen["detached"]);
        Assert.Equal("in exec", seen["exec"]);
        Assert.Equal("5", seen["exec-status"]);
        Assert.Contains("exec /bin/nosuch: no such file or directory", seen["exec-missing"], StringComparison.Ordinal);
        Assert.Contains(" 67108864", seen["stats"], StringComparison.Ordinal);
        Assert.Equal("2", seen["ps"]);
        Assert.Equal("PAUSED\nRUNNING", seen["pause"]);
        Assert.Equal("code 137", seen["kill"]);
        Assert.Equal("", seen["rm"]);
    }
}
