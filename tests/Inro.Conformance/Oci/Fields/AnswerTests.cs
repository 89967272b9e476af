using System.Text.Json.Nodes;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Fields;

/// <summary>Every field of the two documents that the runtime itself writes: the state of a container, and what the runtime can do.</summary>
public sealed class AnswerTests
{
    /// <summary>Field of the state, and what it is for the container of the test; <c>@</c> words stand for what differs from run to run.</summary>
    internal static IReadOnlyList<(string Field, string Value)> State { get; } =
    [
        ("ociVersion", "1.2.0"), ("id", "@ID@"), ("status", "created"), ("pid", "@PID@"), ("bundle", "@BUNDLE@"), ("annotations{}", "its value"),
    ];

    /// <summary>Field of the features, and a value that it has or holds on every machine.</summary>
    internal static IReadOnlyList<(string Field, string Value)> Features { get; } =
    [
        ("ociVersionMin", "1.0.0"), ("ociVersionMax", "1.3.0"), ("hooks[]", "createContainer"), ("mountOptions[]", "tmpcopyup"), ("annotations{}", "0.1.0"),
        ("potentiallyUnsafeConfigAnnotations[]", "org.systemd.property."), ("linux.namespaces[]", "time"), ("linux.capabilities[]", "CAP_BPF"),
        ("linux.cgroup.v1", "true"), ("linux.cgroup.v2", "true"), ("linux.cgroup.systemd", "true"), ("linux.cgroup.systemdUser", "true"), ("linux.cgroup.rdma", "true"),
        ("linux.seccomp.enabled", "true"), ("linux.seccomp.actions[]", "SCMP_ACT_NOTIFY"), ("linux.seccomp.operators[]", "SCMP_CMP_MASKED_EQ"), ("linux.seccomp.archs[]", "SCMP_ARCH_AARCH64"),
        ("linux.seccomp.knownFlags[]", "SECCOMP_FILTER_FLAG_LOG"), ("linux.seccomp.supportedFlags[]", "SECCOMP_FILTER_FLAG_TSYNC"),
        ("linux.apparmor.enabled", "true"), ("linux.selinux.enabled", "true"), ("linux.intelRdt.enabled", "true"), ("linux.mountExtensions.idmap.enabled", "true"), ("linux.netDevices.enabled", "true"),
    ];

    [KernelFact(Bundle.Usual)]
    public void The_state_has_every_field_of_the_specification()
    {
        using var bundle = new Bundle();
        JsonPath.Put(bundle.Config, "annotations", """{"org.example.key":"its value"}""");
        string pidFile = bundle.Path + "/pid";
        bundle.Create("--pid-file", pidFile).Ok();

        JsonNode state = JsonNode.Parse(bundle.Oci("state", bundle.Id).Ok().Output)!;

        foreach ((string field, string value) in State)
        {
            string expected = value.Replace("@ID@", bundle.Id, StringComparison.Ordinal).Replace("@BUNDLE@", bundle.Path, StringComparison.Ordinal)
                .Replace("@PID@", File.ReadAllText(pidFile), StringComparison.Ordinal);
            Assert.Contains(expected, JsonPath.Values(state, field));
        }
    }

    [KernelFact(Bundle.Usual)]
    public void The_features_have_every_field_of_the_specification()
    {
        ToolResult result = InroProcess.RunOci(["features"]).Ok();
        JsonNode features = JsonNode.Parse(result.Output)!;

        foreach ((string field, string value) in Features)
        {
            IReadOnlyList<string> values = JsonPath.Values(features, field);
            Assert.True(value.Length == 0 || values.Contains(value), $"{field}: {string.Join(' ', values)} does not hold {value}");
        }
    }
}
