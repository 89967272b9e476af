using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>What a hostile container tries on its host. Each must fail inside, and the host must be as before.</summary>
public sealed class AttackTests
{
    /// <summary>Name, and a script that prints the word <c>escaped</c> only when it got what it wanted.</summary>
    public static TheoryData<string, string> Attacks => new()
    {
        { "kernel parameter", "echo 1 >/proc/sys/vm/drop_caches && echo escaped; echo 7777 >/proc/sys/kernel/pid_max && echo escaped" },
        { "core pattern", "echo '|/bin/x' >/proc/sys/kernel/core_pattern && echo escaped" },
        { "modprobe path", "echo /tmp/x >/proc/sys/kernel/modprobe && echo escaped" },
        { "hotplug helper", "echo /tmp/x >/sys/kernel/uevent_helper && echo escaped; echo add >/sys/class/mem/null/uevent && echo escaped" },
        { "magic key", "echo h >/proc/sysrq-trigger && echo escaped" },
        { "writable sysfs", "mount -o remount,rw /sys && echo escaped; touch /sys/fs/x && echo escaped" },
        { "writable proc", "mount -o remount,rw /proc/sys && echo escaped; umount /proc/sys && echo escaped" },
        { "release agent", "mkdir /tmp/c; mount -t cgroup -o rdma cgroup /tmp/c && echo escaped; for f in /sys/fs/cgroup/release_agent /sys/fs/cgroup/*/release_agent; do echo /tmp/x >$f && echo escaped; done" },
        { "own limits", "for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do echo -1 >$f && echo escaped; echo max >$f && echo escaped; done" },
        { "another cgroup", "for d in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $d/x && echo escaped; echo 1 >$d/../cgroup.procs && echo escaped; done" },
        { "new mount", "mkdir -p /tmp/m; mount -t proc proc /tmp/m && echo escaped; mount -t tmpfs t /tmp/m && echo escaped" },
        { "way up from the root", "cd /; ls ../../../../../../etc/debian_version && echo escaped; ls /proc/1/root/../etc/debian_version && echo escaped; ls /proc/self/cwd/../../etc/debian_version && echo escaped" },
        { "descriptors of the host", "for f in /proc/self/fd/* /proc/1/fd/*; do ls -d $f/../../../../../../etc/debian_version && echo escaped; done" },
        { "block device", "mknod /tmp/d b 254 0; head -c1 /tmp/d && echo escaped; mknod /tmp/e b 8 0; head -c1 /tmp/e && echo escaped" },
        { "kernel memory", "head -c1 /proc/kcore | grep -q . && echo escaped; mknod /tmp/k c 1 2 && head -c1 /tmp/k && echo escaped" },
        { "processes of the host", "[ $(ls -d /proc/[0-9]* | wc -l) -gt 8 ] && echo escaped; kill -0 4194303 && echo escaped" },
        { "namespaces of the host", "nsenter -t 1 -m -u -n true && [ $(hostname) != box ] && echo escaped; unshare -m true && echo escaped; unshare -U true && echo escaped" },
        { "host name", "hostname evil && echo escaped" },
        { "clock", "date -s 2001-01-01 >/tmp/d; date | grep -q 2001 && echo escaped" },
        { "network of the host", "ip link set lo down && echo escaped; ip link add x type dummy && echo escaped" },
        { "kernel messages", "dmesg -c >/tmp/d && [ -s /tmp/d ] && echo escaped" },
        { "runtime's program", "for e in /proc/[0-9]*/exe /proc/self/exe; do n=$(readlink $e); case $n in /bin/*|'') ;; *) echo \"escaped: $n\" ;; esac; done" },
    };

    [KernelTheory(Instance.Usual)]
    [MemberData(nameof(Attacks))]
    public void An_attack_gets_nothing_and_changes_nothing(string name, string script)
    {
        using Instance inro = Instance.WithBusybox();
        string before = HostState.Now();

        ToolResult result = inro.Run("run", "--rm", "--hostname", "box", "busybox", "sh", "-c", $"({script}) 2>/dev/null; echo over");

        Assert.True(result.Output == "over\n", $"{name}: {result.Output}{result.Error}");
        Assert.Equal(before, HostState.Now());
    }

    [KernelFact(Instance.Usual)]
    public void A_process_of_the_host_cannot_be_traced_even_where_its_pid_is_known()
    {
        using Instance inro = Instance.WithBusybox();
        string self = Environment.ProcessId.ToString();

        // The host's pids are seen, and nothing else is given: no memory, no environment, no root.
        string script = $"cat /proc/{self}/environ && echo escaped; head -c1 /proc/{self}/mem && echo escaped; ls /proc/{self}/root/ && echo escaped; ls /proc/{self}/fd && echo escaped; kill -0 {self} && echo signalled; echo over";
        ToolResult result = inro.Run("run", "--rm", "--pid", "host", "-u", "1000", "busybox", "sh", "-c", $"({script}) 2>/dev/null");

        Assert.SkipWhen(result.ExitCode == 125, "needs --pid host");
        Assert.Equal("over\n", result.Output);
    }

    [KernelFact(Instance.Usual)]
    public void The_program_that_runs_an_exec_cannot_be_overwritten_through_the_container()
    {
        using Instance inro = Instance.WithBusybox();
        byte[] before = System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(InroProcess.Binary));
        // CVE-2019-5736: a program that is a script for /proc/self/exe makes whoever executes it open itself.
        inro.Ok("run", "-d", "--name", "trap", "busybox", "sh", "-c",
            "printf '#!/proc/self/exe\\n' >/bin/trap; chmod +x /bin/trap; while :; do for p in /proc/[0-9]*; do case $p in /proc/1) ;; *) (echo x >$p/exe) 2>/dev/null && echo overwritten; esac; done; sleep 0.01; done");
        for (int i = 0; i < 5; i++)
        {
            inro.Run("exec", "trap", "/bin/trap");
            inro.Run("exec", "trap", "true");
        }

        Assert.Equal("", inro.Ok("logs", "trap"));
        inro.Ok("rm", "-f", "trap");
        Assert.Equal(before, System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(InroProcess.Binary)));
    }
}
