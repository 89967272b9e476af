using System.Text;
using Inro.Engine;
using Inro.Engine.Devices;
using Xunit;

namespace Inro.Tests.Engine.Devices;

public sealed class CdiTests : IDisposable
{
    private const string Yaml =
        """
        ---
        # as nvidia-ctk writes it
        cdiVersion: 0.6.0
        kind: nvidia.com/gpu
        containerEdits:
          env:
          - NVIDIA_VISIBLE_DEVICES=void
          deviceNodes:
          - {path: /dev/control, type: c, major: 195, minor: 0xff, fileMode: 0660, permissions: rw}
          hooks:
          - hookName: createContainer
            path: /usr/bin/nvidia-cdi-hook
            args: [nvidia-cdi-hook, create-symlinks, "--link", '../x::/y']
          mounts:
          - hostPath: /lib/one.so
            containerPath: /lib/one.so
            options: [ro, nosuid, rbind]
        devices:
        - name: "0"
          containerEdits:
            deviceNodes:
            - path: /dev/nvidia0
        - name: "10"
          containerEdits: {}
        - name: "2"
        - name: all
          containerEdits:
            env: [ALL=1]
            additionalGids: [44, 0]
        ...
        """;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("inro-cdi-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_file_in_YAML_is_read_whole()
    {
        CdiSpec spec = CdiSpecReader.Parse(YamlText.ToJson(Yaml));

        Assert.Equal("nvidia.com/gpu", spec.Kind);
        Assert.Equal(["0", "10", "2", "all"], spec.Devices.Keys);
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES=void"], spec.Edits.Environment);
        Assert.Equal(new CdiNode("/dev/control", "/dev/control") { Type = "c", Major = 195, Minor = 255, Mode = 0x1B0, Permissions = "rw" }, spec.Edits.Nodes[0]);
        Assert.Equal(("createContainer", "--link ../x::/y"), (spec.Edits.Hooks[0].When, string.Join(' ', spec.Edits.Hooks[0].Hook.Args.Skip(2))));
        Assert.Equal("ro nosuid rbind", string.Join(' ', spec.Edits.Mounts[0].Options));
        Assert.Equal([44u], spec.Devices["all"].Groups);
    }

    [Theory]
    [InlineData("""{"cdiVersion":"0.5.0","kind":"nonsense","devices":[]}""", "'nonsense' is no kind")]
    [InlineData("""{"kind":"a.b/c"}""", "it has no cdiVersion")]
    [InlineData("""{"cdiVersion":"0.5.0","kind":"a.b/c","devices":[{"name":"-x"}]}""", "'-x' is no name of a device")]
    [InlineData("""{"cdiVersion":"0.5.0","kind":"a.b/c","containerEdits":{"mounts":[{"hostPath":"x","containerPath":"/y"}]}}""", "hostPath is no absolute path")]
    [InlineData("""{"cdiVersion":"0.5.0","kind":"a.b/c","containerEdits":{"hooks":[{"hookName":"late","path":"/x"}]}}""", "'late' is no time for a hook")]
    public void What_is_no_such_file_is_refused_with_the_reason(string json, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => CdiSpecReader.Parse(Encoding.UTF8.GetBytes(json))).Message);

    [Theory]
    [InlineData("a: &x [1]\nb: *x", "anchors and aliases are not taken here")]
    [InlineData("? [a]\n: b", "a name in a mapping must be a text")]
    public void What_YAML_has_beyond_documents_is_refused(string yaml, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => YamlText.ToJson(yaml)).Message);

    [Fact]
    public void Deep_and_damaged_YAML_is_refused()
    {
        Assert.Throws<FormatException>(() => YamlText.ToJson(new string('[', 1000)));
        Assert.Throws<FormatException>(() => YamlText.ToJson("a: [1, 2"));
        Assert.Throws<FormatException>(() => YamlText.ToJson("a: 'b\nc: d"));
    }

    [Theory]
    [InlineData("nvidia.com/gpu=0", true)]
    [InlineData("vendor.com/class=name:1.2-x_y", true)]
    [InlineData("/dev/x=y", false)]
    [InlineData("vendor/=x", false)]
    [InlineData("vendor/class=", false)]
    [InlineData("vendor/class", false)]
    public void Names_are_told_from_paths(string text, bool isName) => Assert.Equal(isName, CdiName.IsName(text));

    [Fact]
    public void Demands_become_names_and_the_stronger_directory_wins()
    {
        string weak = Path.Combine(directory.FullName, "weak");
        string strong = Path.Combine(directory.FullName, "strong");
        Directory.CreateDirectory(weak);
        Directory.CreateDirectory(strong);
        File.WriteAllText(weak + "/nvidia.yaml", Yaml);
        File.WriteAllText(weak + "/damaged.json", "{");
        File.WriteAllText(strong + "/other.json", """{"cdiVersion":"0.5.0","kind":"nvidia.com/gpu","devices":[{"name":"0","containerEdits":{"env":["STRONG=1"]}}]}""");
        var registry = new CdiRegistry([weak, strong]);

        Assert.Equal(["nvidia.com/gpu=all"], Names(registry, new DeviceDemand { Count = -1, Capabilities = ["gpu"] }));
        Assert.Equal(["nvidia.com/gpu=0", "nvidia.com/gpu=2"], Names(registry, new DeviceDemand { Count = 2, Capabilities = ["gpu"] }));
        Assert.Equal(["nvidia.com/gpu=10"], Names(registry, new DeviceDemand { Driver = "nvidia", Ids = ["10"], Capabilities = ["gpu"] }));
        Assert.Equal(["STRONG=1"], registry.Find(["nvidia.com/gpu=0"]).SelectMany(static e => e.Environment));
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES=void", "ALL=1"], registry.Find(["nvidia.com/gpu=2", "nvidia.com/gpu=all"]).SelectMany(static e => e.Environment));
        EngineException missing = Assert.Throws<EngineException>(() => registry.Find(["nvidia.com/gpu=9"]));
        Assert.StartsWith("CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=9", missing.Problem, StringComparison.Ordinal);
        Assert.Contains("damaged.json", missing.Problem, StringComparison.Ordinal);
        Assert.Equal("could not select device driver \"amd\" with capabilities: [[gpu]]", Assert.Throws<EngineException>(() => Names(registry, new DeviceDemand { Driver = "amd", Count = -1, Capabilities = ["gpu"] })).Problem);
        Assert.Contains("9 devices", Assert.Throws<EngineException>(() => Names(registry, new DeviceDemand { Count = 9, Capabilities = ["gpu"] })).Problem, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Names(CdiRegistry registry, DeviceDemand demand) => DeviceChoice.Names([demand], registry);
}
