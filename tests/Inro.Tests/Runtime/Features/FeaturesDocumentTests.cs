using System.Text.Json;
using Inro.Runtime.Features;
using Inro.Runtime.Resources;
using Inro.Runtime.Rootfs;
using Inro.Runtime.Steps;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Features;

/// <summary>Each name that the document lists is one that a configuration may have.</summary>
public sealed class FeaturesDocumentTests
{
    private static readonly JsonElement Document =
        JsonDocument.Parse(FeaturesDocument.Write("1.3.0", new Dictionary<string, string>(StringComparer.Ordinal) { ["inro.version"] = "x" })).RootElement;

    private static JsonElement Linux => Document.GetProperty("linux");

    [Fact]
    public void Versions_and_annotations_are_told()
    {
        Assert.Equal("1.0.0", Document.GetProperty("ociVersionMin").GetString());
        Assert.Equal("1.3.0", Document.GetProperty("ociVersionMax").GetString());
        Assert.Equal("x", Document.GetProperty("annotations").GetProperty("inro.version").GetString());
        Assert.Equal(6, Document.GetProperty("hooks").GetArrayLength());
    }

    [Fact]
    public void Namespaces_that_are_listed_can_be_asked_for()
    {
        NamespaceConfig[] all = [.. Texts(Linux, "namespaces").Select(static name => new NamespaceConfig(name, null))];

        Assert.Equal(8, all.Length);
        NamespacePlan.Make(all);
    }

    [Fact]
    public void Mount_options_that_are_listed_are_not_taken_for_data_of_the_file_system_where_they_change_a_mount()
    {
        Assert.Equal(MountOptionTable.Names, Texts(Document, "mountOptions"));
        string[] attributes = [.. Texts(Document, "mountOptions").Where(static o => MountOptionTable.TryAttribute(o, out _, out _))];
        Assert.Contains("nosymfollow", attributes);
        Assert.All(attributes, static o => Assert.Empty(MountOptions.Parse([o], isBindType: false).Data));
    }

    [Fact]
    public void Seccomp_actions_operators_architectures_and_flags_that_are_listed_are_translated()
    {
        JsonElement seccomp = Linux.GetProperty("seccomp");
        SeccompArgument[] arguments = [.. Texts(seccomp, "operators").Select(static o => new SeccompArgument(0, 1, 1, o))];
        SeccompRule[] rules = [.. Texts(seccomp, "actions").Select(action => new SeccompRule { Names = ["read"], Action = action, Args = arguments })];
        var profile = new LinuxSeccomp
        {
            DefaultAction = "SCMP_ACT_ALLOW", Architectures = Texts(seccomp, "archs"), Flags = Texts(seccomp, "knownFlags"), Syscalls = rules,
        };

        Assert.Equal(rules.Length, SeccompTranslation.Profile(profile).Rules.Count);
        SeccompTranslation.Flags(profile);
        Assert.Empty(Texts(seccomp, "supportedFlags").Except(Texts(seccomp, "knownFlags"), StringComparer.Ordinal));
        Assert.Equal(RuntimeAbilities.SeccompListener, Texts(seccomp, "actions").Contains("SCMP_ACT_NOTIFY", StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("apparmor")]
    [InlineData("selinux")]
    [InlineData("netDevices")]
    [InlineData("intelRdt")]
    public void Abilities_are_told_as_they_are(string name) => Assert.Equal(name switch
    {
        "apparmor" => RuntimeAbilities.AppArmor,
        "selinux" => RuntimeAbilities.Selinux,
        "netDevices" => RuntimeAbilities.NetDevices,
        _ => RuntimeAbilities.IntelRdt,
    }, Linux.GetProperty(name).GetProperty("enabled").GetBoolean());

    private static string[] Texts(JsonElement parent, string name) => [.. parent.GetProperty(name).EnumerateArray().Select(static e => e.GetString()!)]; // not null: all are texts
}
