using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Capabilities, filter and no_new_privs as the container's own process sees them.</summary>
public sealed class ConfinementTests
{
    /// <summary>The fourteen that docker leaves.</summary>
    private const string Usual = "00000000a80425fb";

    private const string None = "0000000000000000";
    private const string Show = "for f in CapEff CapPrm CapBnd CapInh CapAmb NoNewPrivs Seccomp; do sed -n \"s/^$f:[[:space:]]*/$f /p\" /proc/self/status; done";

    [KernelTheory(Instance.Usual | Needs.LibSeccomp)]
    [InlineData("", Usual, Usual, 0, 2)]
    [InlineData("-u 1000", None, Usual, 0, 2)]
    [InlineData("--cap-drop ALL", None, None, 0, 2)]
    [InlineData("--cap-drop all --cap-add NET_RAW", "0000000000002000", "0000000000002000", 0, 2)]
    [InlineData("--cap-drop cap_chown", "00000000a80425fa", "00000000a80425fa", 0, 2)]
    [InlineData("--cap-add SYS_ADMIN", "00000000a82425fb", "00000000a82425fb", 0, 2)]
    [InlineData("--security-opt no-new-privileges", Usual, Usual, 1, 2)]
    [InlineData("--security-opt no-new-privileges --cap-drop ALL -u 1000", None, None, 1, 2)]
    [InlineData("--security-opt seccomp=unconfined", Usual, Usual, 0, 0)]
    public void The_process_has_what_was_asked_and_no_more(string flags, string effective, string bounding, int noNewPrivileges, int seccomp)
    {
        using Instance inro = Instance.WithBusybox();

        string status = inro.Ok(["run", "--rm", .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries), "busybox", "sh", "-c", Show]);

        Assert.Equal(
            $"CapEff {effective}\nCapPrm {effective}\nCapBnd {bounding}\nCapInh {None}\nCapAmb {None}\nNoNewPrivs {noNewPrivileges}\nSeccomp {seccomp}\n",
            status);
    }

    [KernelFact(Instance.Usual)]
    public void A_privileged_container_has_all_that_the_host_has_and_no_filter()
    {
        using Instance inro = Instance.WithBusybox();
        string own = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapBnd:", StringComparison.Ordinal))[7..].Trim();

        string status = inro.Ok("run", "--rm", "--privileged", "busybox", "sh", "-c", Show);

        Assert.Contains($"CapEff {own}\n", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp 0\n", status, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual | Needs.LibSeccomp)]
    public void The_default_filter_refuses_what_a_container_needs_not_even_with_the_capability()
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult refused = inro.Run("run", "--rm", "busybox", "unshare", "-U", "true");
        ToolResult allowed = inro.Run("run", "--rm", "--security-opt", "seccomp=unconfined", "busybox", "unshare", "-U", "true");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Operation not permitted", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, allowed.ExitCode);
    }

    [KernelFact(Instance.Usual | Needs.LibSeccomp)]
    public void A_filter_of_ones_own_is_in_force_for_the_program_and_for_execs()
    {
        using Instance inro = Instance.WithBusybox();
        string profile = inro.Beside("profile.json");
        File.WriteAllText(profile, """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":28}]}""");

        ToolResult run = inro.Run("run", "--name", "box", "-d", "--security-opt", $"seccomp={profile}", "busybox", "sleep", "60");
        ToolResult exec = inro.Run("exec", "box", "mkdir", "/x");

        run.Ok();
        Assert.Equal(1, exec.ExitCode);
        Assert.Contains("No space left on device", exec.Error, StringComparison.Ordinal); // errno 28, which only the filter gives
        Assert.Equal("Seccomp:\t2\n", inro.Ok("exec", "box", "grep", "^Seccomp:", "/proc/self/status"));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("--cap-add NOSUCH", "unknown capability: \"CAP_NOSUCH\"")]
    [InlineData("--security-opt seccomp=/no/such", "/no/such")]
    [InlineData("--security-opt seccomp=/etc/passwd", "/etc/passwd")]
    [InlineData("--security-opt nosuch=1", "nosuch")]
    public void What_is_no_confinement_is_refused_by_name(string flags, string names)
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult result = inro.Run(["run", "--rm", .. flags.Split(' '), "busybox", "true"]);

        Assert.Equal(125, result.ExitCode);
        Assert.Contains(names, result.Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual | Needs.LibSeccomp)]
    public void An_exec_is_confined_as_its_container_and_a_privileged_one_is_not()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "box", "--cap-drop", "CHOWN", "busybox", "sleep", "60");

        Assert.Contains("CapEff 00000000a80425fa\n", inro.Ok("exec", "box", "sh", "-c", Show), StringComparison.Ordinal);
        Assert.Contains($"CapEff {None}\n", inro.Ok("exec", "-u", "1000", "box", "sh", "-c", Show), StringComparison.Ordinal);
        Assert.DoesNotContain("CapEff 00000000a80425fa\n", inro.Ok("exec", "--privileged", "box", "sh", "-c", Show), StringComparison.Ordinal);
    }
}
