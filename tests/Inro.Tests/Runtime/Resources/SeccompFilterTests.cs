using System.Runtime.InteropServices;
using System.Text;
using Inro.Linux.Capabilities;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

/// <summary>Filters compiled by the host's libseccomp and asked through an interpreter: nothing is loaded into this process.</summary>
public sealed class SeccompFilterTests : IDisposable
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), "inro-test-" + Guid.NewGuid().ToString("N")[..12]);

    public void Dispose()
    {
        if (Directory.Exists(directory)) { Directory.Delete(directory, recursive: true); }
    }

    [Theory]
    [InlineData(0, BpfMachine.Allow)]          // read
    [InlineData(59, BpfMachine.Allow)]         // execve
    [InlineData(165, BpfMachine.Eperm)]        // mount
    [InlineData(250, BpfMachine.Eperm)]        // keyctl
    [InlineData(272, BpfMachine.Eperm)]        // unshare
    [InlineData(435, BpfMachine.Enosys)]       // clone3
    [InlineData(900, BpfMachine.Enosys)]       // nobody knows it
    [InlineData(41, BpfMachine.Allow, 1UL)]    // socket AF_UNIX
    [InlineData(41, BpfMachine.Eperm, 38UL)]   // socket AF_ALG
    [InlineData(41, BpfMachine.Eperm, 40UL)]   // socket AF_VSOCK
    [InlineData(41, BpfMachine.Allow, 44UL)]   // socket AF_XDP
    [InlineData(56, BpfMachine.Allow, 0x11UL)] // clone, as fork does
    [InlineData(56, BpfMachine.Eperm, 0x1000_0011UL)] // clone with a user namespace
    [InlineData(135, BpfMachine.Allow, 0xffff_ffffUL)] // personality, asking
    [InlineData(135, BpfMachine.Eperm, 0x0040_0000UL)] // personality, ADDR_NO_RANDOMIZE is 0x40000; this is another bit
    public void Default_profile_answers(int call, uint action, ulong argument = 0)
    {
        SeccompFilter filter = Default(CapabilitySet.DockerDefault);

        Assert.Equal(action, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, call, argument));
    }

    [Fact]
    public void Capabilities_open_calls()
    {
        SeccompFilter filter = Default(CapabilitySet.DockerDefault.Union(CapabilitySet.Of(Capability.SysAdmin)));

        Assert.Equal(BpfMachine.Allow, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 165));
        Assert.Equal(BpfMachine.Allow, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 435));
        Assert.Equal(BpfMachine.Eperm, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 169)); // reboot
    }

    [Fact]
    public void Foreign_abis_are_killed_where_the_profile_does_not_name_them()
    {
        Need();
        var seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["getcwd"], Action = "SCMP_ACT_ERRNO" }] };
        SeccompFilter filter = new SeccompFilterCache(directory).Get(seccomp);

        Assert.Equal(BpfMachine.Eperm, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 79));
        Assert.Equal(BpfMachine.Allow, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 39));
        Assert.Equal(BpfMachine.KillProcess, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86, 20));                 // int 0x80
        Assert.Equal(BpfMachine.KillProcess, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 0x4000_0000 + 39)); // x32
    }

    [Theory]
    [InlineData("SCMP_ACT_KILL", 0u)]
    [InlineData("SCMP_ACT_KILL_THREAD", 0u)]
    [InlineData("SCMP_ACT_KILL_PROCESS", 0x8000_0000u)]
    [InlineData("SCMP_ACT_TRAP", 0x0003_0000u)]
    [InlineData("SCMP_ACT_ERRNO", 0x0005_0001u)]
    [InlineData("SCMP_ACT_ERRNO", 0x0005_0004u, 4u)]
    [InlineData("SCMP_ACT_TRACE", 0x7ff0_0007u, 7u)]
    [InlineData("SCMP_ACT_LOG", 0x7ffc_0000u)]
    [InlineData("SCMP_ACT_NOTIFY", 0x7fc0_0000u)]
    public void Every_action_reaches_the_kernel_as_its_number(string action, uint expected, uint? errno = null)
    {
        Need();
        var seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["getcwd"], Action = action, ErrnoRet = errno }] };

        SeccompFilter filter = new SeccompFilterCache(directory).Get(seccomp);

        Assert.Equal(expected, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 79));
        Assert.Equal(action == "SCMP_ACT_NOTIFY", filter.NeedsListener);
    }

    [Theory]
    [InlineData("SCMP_CMP_NE", 5, 6, 5)]
    [InlineData("SCMP_CMP_LT", 5, 4, 5)]
    [InlineData("SCMP_CMP_LE", 5, 5, 6)]
    [InlineData("SCMP_CMP_EQ", 5, 5, 6)]
    [InlineData("SCMP_CMP_GE", 5, 5, 4)]
    [InlineData("SCMP_CMP_GT", 5, 6, 5)]
    [InlineData("SCMP_CMP_MASKED_EQ", 0xf0, 0x3f, 0x4f)]
    [InlineData("SCMP_CMP_EQ", 0x1_0000_0005, 0x1_0000_0005, 5)] // all 64 bits count
    public void Every_operator_compares(string comparison, ulong value, ulong holds, ulong fails)
    {
        Need();
        var rule = new SeccompRule { Names = ["dup"], Action = "SCMP_ACT_ERRNO", Args = [new(0, value, 0x30, comparison)] };
        SeccompFilter filter = new SeccompFilterCache(directory).Get(new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [rule] });

        Assert.Equal(BpfMachine.Eperm, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 32, holds));
        Assert.Equal(BpfMachine.Allow, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 32, fails));
    }

    [Fact]
    public void Second_request_finds_the_filter_in_the_cache()
    {
        Need();
        var first = new SeccompFilterCache(directory);
        SeccompFilter compiled = first.GetDefault(CapabilitySet.DockerDefault);
        var second = new SeccompFilterCache(directory);
        SeccompFilter found = second.GetDefault(CapabilitySet.DockerDefault);

        Assert.Equal(1, first.Compiled);
        Assert.Equal(0, second.Compiled);
        Assert.Equal(compiled.Flags, found.Flags);
        Assert.True(compiled.Program.Span.SequenceEqual(found.Program.Span));
    }

    [Fact]
    public void Raw_json_is_the_key_and_is_read_only_once()
    {
        Need();
        byte[] json = Encoding.UTF8.GetBytes("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["getcwd"],"action":"SCMP_ACT_ERRNO"}]}""");
        var cache = new SeccompFilterCache(directory);
        cache.Get(json);
        SeccompFilter again = cache.Get(json);
        json[^3] = (byte)' '; // the same bytes but one are another profile, and this one is no JSON any more

        Assert.Equal(1, cache.Compiled);
        Assert.Equal(BpfMachine.Eperm, BpfMachine.Ask(again.Program.Span, BpfMachine.X86_64, 79));
        Assert.ThrowsAny<Exception>(() => cache.Get(json));
    }

    [Theory]
    [InlineData("content")]
    [InlineData("mode")]
    [InlineData("length")]
    [InlineData("name")]
    public void Damaged_or_foreign_file_is_compiled_anew(string damage)
    {
        Need();
        new SeccompFilterCache(directory).GetDefault(CapabilitySet.DockerDefault);
        string file = Directory.GetFiles(directory).Single();
        byte[] bytes = File.ReadAllBytes(file);
        switch (damage)
        {
            case "content": bytes[^5] ^= 1; File.WriteAllBytes(file, bytes); break;
            case "mode": File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite); break;
            case "length": File.WriteAllBytes(file, bytes[..^8]); break;
            default: File.Move(file, file[..^1] + (file[^1] == '0' ? '1' : '0')); break;
        }

        var cache = new SeccompFilterCache(directory);
        SeccompFilter filter = cache.GetDefault(CapabilitySet.DockerDefault);

        Assert.Equal(1, cache.Compiled);
        Assert.Equal(BpfMachine.Eperm, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 165));
    }

    [Fact]
    public void Cache_that_cannot_be_written_only_costs_time()
    {
        Need();
        File.WriteAllText(directory, "a file where the directory should be");
        try
        {
            var cache = new SeccompFilterCache(directory);
            cache.GetDefault(CapabilitySet.Empty);
            cache.GetDefault(CapabilitySet.Empty);
            Assert.Equal(2, cache.Compiled);
        }
        finally
        {
            File.Delete(directory);
        }
    }

    [Theory]
    [InlineData("SCMP_ACT_NOTHING", "no action")]
    [InlineData("SCMP_ACT_NOTIFY", "could not start")]
    public void Refused_profiles_say_why(string action, string why)
    {
        ResourceException refusal = Assert.Throws<ResourceException>(() => new SeccompFilterCache(directory).Get(new LinuxSeccomp { DefaultAction = action }));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_whose_filter_is_cached_asks_the_annotation_alone()
    {
        Need();
        var config = new RuntimeConfig
        {
            OciVersion = "1.2.1",
            Process = new ProcessConfig { Cwd = "/", Capabilities = new() { Bounding = ["CAP_SYS_ADMIN"] } },
            Annotations = new Dictionary<string, string> { [SeccompFilterCache.ProfileAnnotation] = SeccompFilterCache.DefaultProfile },
        };
        SeccompFilter filter = new SeccompFilterCache(directory).For(config)!;

        Assert.Equal(BpfMachine.Allow, BpfMachine.Ask(filter.Program.Span, BpfMachine.X86_64, 165));
        Assert.Null(new SeccompFilterCache(directory).For(config with { Annotations = new Dictionary<string, string>() }));
    }

    private SeccompFilter Default(CapabilitySet capabilities)
    {
        Need();
        return new SeccompFilterCache(directory).GetDefault(capabilities);
    }

    private static void Need()
    {
        bool there = NativeLibrary.TryLoad("libseccomp.so.2", out nint library);
        if (there) { NativeLibrary.Free(library); }
        Assert.SkipUnless(there, "needs libseccomp.so.2 (Debian package libseccomp2)");
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "needs an x86-64 machine: the table has its call numbers");
    }
}
