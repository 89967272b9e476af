using System.Text.Json.Nodes;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

/// <summary>Cgroups that systemd makes. Most of it is shown by <c>checks.sh</c> of the test machine.</summary>
public sealed class SystemdTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly OciRuntime WithSystemd = OciRuntime.Inro with { Command = [.. OciRuntime.Inro.Command, "--systemd-cgroup"] };

    [KernelFact(Bundle.Usual | Needs.Systemd)]
    public void A_container_lives_in_a_scope_whose_limits_systemd_knows()
    {
        using Bundle bundle = Sleeping("""{ "memory": { "limit": 67108864 }, "pids": { "limit": 50 } }""");

        Assert.EndsWith($"/system.slice/inro-{bundle.Id}.scope", bundle.Cgroup("memory"), StringComparison.Ordinal);
        Assert.Equal(["67108864", "50", "yes", "active"], Show(bundle, "MemoryMax", "TasksMax", "Delegate", "ActiveState"));

        bundle.Oci("update", "--memory", "96m", "--pids-limit", "60", bundle.Id).Ok();
        Assert.Equal(["100663296", "60"], Show(bundle, "MemoryMax", "TasksMax"));
        Assert.Equal("60", File.ReadAllText(bundle.Cgroup("pids") + "/pids.max").Trim());

        string cgroup = bundle.Cgroup("memory");
        bundle.Oci("delete", "--force", bundle.Id).Ok();
        Assert.Equal((["inactive"], false), (Show(bundle, "ActiveState"), Directory.Exists(cgroup)));
    }

    [KernelFact(Bundle.Usual | Needs.Systemd)]
    public void Limits_below_what_a_launch_needs_hold_when_it_is_through()
    {
        using Bundle bundle = Sleeping("""{ "pids": { "limit": 1 } }""");

        Assert.Equal(["1"], Show(bundle, "TasksMax"));
        Assert.Equal("1", File.ReadAllText(bundle.Cgroup("pids") + "/pids.max").Trim());
    }

    [KernelFact(Bundle.Usual | Needs.Systemd)]
    public void A_launch_that_fails_leaves_no_unit()
    {
        foreach (string fault in (string[])["2", "3", "3:kill", "25", "40:kill"])
        {
            using var bundle = new Bundle { Runtime = WithSystemd };

            Assert.NotEqual(0, bundle.Run("--fault", fault).ExitCode);

            Assert.Equal(["inactive"], Show(bundle, "ActiveState"));
            Assert.Empty(Directory.GetDirectories(bundle.State).Where(static d => !d.EndsWith(".filters", StringComparison.Ordinal)));
        }
    }

    [KernelFact(Bundle.Usual)]
    public void What_cannot_be_a_unit_and_a_host_without_systemd_are_refused()
    {
        using var bundle = new Bundle { Runtime = WithSystemd };
        JsonPath.Put(bundle.Config, "linux.cgroupsPath", "\"/a/b\"");

        ToolResult result = bundle.Run();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(Directory.Exists("/run/systemd/system") ? "\"slice:prefix:name\" for systemd cgroups" : "systemd support for managing cgroups is not available", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"{bundle.State}/{bundle.Id}"));
    }

    private static Bundle Sleeping(string resources)
    {
        var bundle = new Bundle { Runtime = WithSystemd };
        try
        {
            bundle.Config["linux"]!["resources"] = JsonNode.Parse(resources);
            bundle.Script("exec sleep 600");
            bundle.Detach().Ok();
            return bundle;
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    private static string[] Show(Bundle bundle, params string[] properties) =>
        [.. properties.Select(property => Tool.Run("systemctl", ["show", "--value", "-p", property, $"inro-{bundle.Id}.scope"], Deadline).Ok().Output.Trim())];
}
