using Inro.Linux.Capabilities;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

/// <summary>The default profile, resolved for capabilities, architectures and kernels.</summary>
public sealed class SeccompDefaultProfileTests
{
    private const string DockerDefault = "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT";

    // Number of plain names, and of rules in all, that docker 28's profile resolves to for the same input.
    [Theory]
    [InlineData(DockerDefault, "amd64", "6.1", 367, 11)]
    [InlineData("", "amd64", "6.1", 366, 11)]
    [InlineData("SYS_ADMIN", "amd64", "6.1", 392, 9)]
    [InlineData(DockerDefault, "arm64", "6.1", 371, 11)]
    [InlineData(DockerDefault, "amd64", "4.4", 364, 11)]
    [InlineData("SYS_ADMIN SYS_PTRACE SYS_TIME SYSLOG BPF PERFMON SYS_NICE", "amd64", "6.1", 403, 9)]
    public void Profile_has_as_many_names_and_rules(string capabilities, string architecture, string kernel, int names, int rules)
    {
        LinuxSeccomp profile = Resolve(capabilities, architecture, kernel);

        Assert.Equal(names, profile.Syscalls[0].Names.Count);
        Assert.Equal(profile.Syscalls[0].Names.Count, profile.Syscalls[0].Names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(rules, profile.Syscalls.Count);
        Assert.Equal("SCMP_ACT_ERRNO", profile.DefaultAction);
        Assert.Equal(1u, profile.DefaultErrnoRet);
    }

    [Theory]
    [InlineData("mount", "", false)]
    [InlineData("mount", "SYS_ADMIN", true)]
    [InlineData("chroot", "", false)]
    [InlineData("chroot", "SYS_CHROOT", true)]
    [InlineData("open_by_handle_at", "", false)]
    [InlineData("open_by_handle_at", "DAC_READ_SEARCH", true)]
    [InlineData("bpf", "BPF", true)]
    [InlineData("perf_event_open", "PERFMON", true)]
    [InlineData("syslog", "SYSLOG", true)]
    [InlineData("settimeofday", "SYS_TIME", true)]
    [InlineData("kcmp", "SYS_PTRACE", true)]
    [InlineData("init_module", "SYS_MODULE", true)]
    [InlineData("iopl", "SYS_RAWIO", true)]
    [InlineData("reboot", "SYS_BOOT", true)]
    [InlineData("acct", "SYS_PACCT", true)]
    [InlineData("vhangup", "SYS_TTY_CONFIG", true)]
    [InlineData("mbind", "SYS_NICE", true)]
    [InlineData("keyctl", "SYS_ADMIN", false)]
    [InlineData("io_uring_setup", "SYS_ADMIN", false)]
    [InlineData("userfaultfd", "", false)]
    public void Call_is_open_with_capability(string call, string capabilities, bool open) =>
        Assert.Equal(open, Resolve(capabilities, "amd64", "6.1").Syscalls[0].Names.Contains(call));

    [Theory]
    [InlineData("arch_prctl", "amd64", true)]
    [InlineData("arch_prctl", "arm64", false)]
    [InlineData("set_tls", "arm64", true)]
    [InlineData("s390_runtime_instr", "s390x", true)]
    [InlineData("riscv_flush_icache", "riscv64", true)]
    [InlineData("swapcontext", "ppc64le", true)]
    public void Call_is_open_on_architecture(string call, string architecture, bool open) =>
        Assert.Equal(open, Resolve("", architecture, "6.1").Syscalls[0].Names.Contains(call));

    [Theory]
    [InlineData("amd64", 0)]
    [InlineData("s390x", 1)] // its first two arguments are swapped
    public void Clone_without_new_namespaces_is_open(string architecture, uint argument)
    {
        SeccompRule clone = Resolve("", architecture, "6.1").Syscalls.Single(r => r.Names is ["clone"]);

        Assert.Equal([new SeccompArgument(argument, 0x7e02_0000, 0, "SCMP_CMP_MASKED_EQ")], clone.Args);
    }

    [Fact]
    public void Native_abi_comes_with_its_compatible_ones() =>
        Assert.Equal(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], Resolve("", "amd64", "6.1").Architectures);

    private static LinuxSeccomp Resolve(string capabilities, string architecture, string kernel) =>
        SeccompDefaultProfile.Resolve(CapabilitySet.Parse(capabilities.Split(' ', StringSplitOptions.RemoveEmptyEntries)), architecture, Version.Parse(kernel));
}
