using Inro.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Steps;

/// <summary>Profiles and labels of security modules, as operations: most hosts have one module at the most.</summary>
public sealed class SecurityLabelTests
{
    private static readonly KernelFeatures Plain = new() { HasMountAttributes = true, HasAppArmor = false, HasSelinux = false };

    [Fact]
    public void A_profile_is_refused_where_the_host_has_no_AppArmor()
    {
        LaunchRequest request = StepsFixture.Request(StepsFixture.Config(process: "\"apparmorProfile\": \"strict\"")) with { Kernel = Plain };

        RuntimeException failure = Assert.Throws<RuntimeException>(() => StepsFixture.Judge(request));

        Assert.Equal("process.apparmorProfile: the profile \"strict\" cannot be applied: this host's kernel has no AppArmor, or has it switched off", failure.Message);
    }

    [Fact]
    public void Unconfined_needs_no_AppArmor() =>
        StepsFixture.Judge(StepsFixture.Request(StepsFixture.Config(process: "\"apparmorProfile\": \"unconfined\"")) with { Kernel = Plain });

    [Fact]
    public void A_profile_is_written_after_the_identity_and_before_the_program()
    {
        LaunchRequest request = StepsFixture.Request(StepsFixture.Config(process: "\"apparmorProfile\": \"strict\"")) with { Kernel = Plain with { HasAppArmor = true } };

        string operations = StepsFixture.Explain(request);

        int write = operations.IndexOf("apply the AppArmor profile strict  [write({attr/apparmor/exec}, \"exec strict\", 11)]", StringComparison.Ordinal);
        Assert.True(write > operations.IndexOf("set file mode mask", StringComparison.Ordinal), operations);
        Assert.True(write < operations.IndexOf("announce exec", StringComparison.Ordinal), operations);
    }

    [Fact]
    public void Labels_are_ignored_with_a_word_where_the_host_has_no_SELinux()
    {
        List<string> warnings = [];
        var config = StepsFixture.Config(process: "\"selinuxLabel\": \"a:b:c:s0\"", linux: "\"mountLabel\": \"d:e:f:s0\"", top: "\"mounts\": [{ \"destination\": \"/t\", \"type\": \"tmpfs\" }]");

        string operations = StepsFixture.Explain(StepsFixture.Request(config) with { Kernel = Plain, Warn = warnings.Add });

        Assert.Equal(2, warnings.Count);
        Assert.StartsWith("linux.mountLabel \"d:e:f:s0\" is ignored", warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("process.selinuxLabel \"a:b:c:s0\" is ignored", warnings[1], StringComparison.Ordinal);
        Assert.DoesNotContain(":s0", operations, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_reach_the_process_and_the_file_systems_that_can_bear_one()
    {
        var config = StepsFixture.Config(process: "\"selinuxLabel\": \"a:b:c:s0\"", linux: "\"mountLabel\": \"d:e:f:s0:c1,c2\"",
            top: "\"mounts\": [{ \"destination\": \"/proc\", \"type\": \"proc\" }, { \"destination\": \"/t\", \"type\": \"tmpfs\" }]");

        string operations = StepsFixture.Explain(StepsFixture.Request(config) with { Kernel = Plain with { HasSelinux = true } });

        Assert.Contains("apply the SELinux label a:b:c:s0  [write({attr/exec}, \"a:b:c:s0\", 8)]", operations, StringComparison.Ordinal);
        Assert.Contains("context of tmpfs", operations, StringComparison.Ordinal);
        Assert.Contains("\"d:e:f:s0:c1,c2\"", operations, StringComparison.Ordinal);
        Assert.DoesNotContain("context of proc", operations, StringComparison.Ordinal);
    }
}
