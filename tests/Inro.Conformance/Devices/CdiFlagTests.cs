using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Devices;

/// <summary><c>--device vendor.com/class=name</c> and <c>--gpus</c>.</summary>
public sealed class CdiFlagTests
{
    [KernelFact(Instance.Usual)]
    public void A_device_by_its_name_brings_nodes_mounts_variables_groups_and_hooks()
    {
        using Instance inro = WithFile(
            """
            cdiVersion: 0.6.0
            kind: example.com/thing
            containerEdits:
              env: ["THING=all"]
            devices:
            - name: one
              containerEdits:
                env: ["ONE=1"]
                additionalGids: [4321]
                deviceNodes:
                - path: /dev/thing
                  hostPath: /dev/null
                  permissions: rw
                mounts:
                - hostPath: DIR/shown
                  containerPath: /shown
                hooks:
                - hookName: createRuntime
                  path: /bin/sh
                  args: ["sh", "-c", "echo ran > DIR/hook"]
            """);
        File.WriteAllText(inro.Beside("shown"), "of the host\n");

        string said = inro.Ok("run", "--rm", "--device", "example.com/thing=one", "busybox", "sh", "-c", "echo $THING $ONE; id -G; cat /shown; echo x > /dev/thing && stat -c '%F %t:%T' /dev/thing");

        Assert.Equal("all 1\n0 4321\nof the host\ncharacter special file 1:3\n", said);
        Assert.Equal("ran\n", File.ReadAllText(inro.Beside("hook")));
        string id = inro.Ok("create", "--device", "example.com/thing=one", "busybox").TrimEnd('\n');
        Assert.Equal("""[{"Driver":"cdi","Count":0,"DeviceIDs":["example.com/thing=one"],"Capabilities":null,"Options":null}]""" + "\n", inro.Ok("inspect", "-f", "{{json .HostConfig.DeviceRequests}}", id));
    }

    [KernelFact(Instance.Usual)]
    public void Graphics_are_found_by_their_vendors_file_or_refused_as_docker_refuses_them()
    {
        using Instance inro = WithFile("""{"cdiVersion":"0.5.0","kind":"nvidia.com/gpu","devices":[{"name":"0","containerEdits":{"env":["GPU0=1"]}},{"name":"1","containerEdits":{"env":["GPU1=1"]}}]}""");

        Assert.Equal("11\n", inro.Ok("run", "--rm", "--gpus", "all", "busybox", "sh", "-c", "echo $GPU0$GPU1"));
        Assert.Equal("1\n", inro.Ok("run", "--rm", "--gpus", "\"device=1\"", "busybox", "sh", "-c", "echo $GPU0$GPU1"));
        File.Delete(inro.Beside("cdi") + "/test.yaml");
        ToolResult refused = inro.Run("run", "--rm", "--gpus", "all", "busybox", "true");
        Assert.Equal((125, "inro: could not select device driver \"\" with capabilities: [[gpu]]"), (refused.ExitCode, refused.Error.Split('\n')[0]));
        ToolResult missing = inro.Run("run", "--rm", "--device", "example.com/thing=one", "busybox", "true");
        Assert.Equal((125, "inro: CDI device injection failed: unresolvable CDI devices example.com/thing=one"), (missing.ExitCode, missing.Error.Split('\n')[0]));
        Assert.Empty(inro.AllContainers());
    }

    private static Instance WithFile(string text)
    {
        return Instance.With(inro =>
        {
            inro.LoadBusybox();
            Directory.CreateDirectory(inro.Beside("cdi"));
            File.WriteAllText(inro.Beside("cdi") + "/test.yaml", text.Replace("DIR", Path.GetDirectoryName(inro.Beside("cdi"))!, StringComparison.Ordinal));
            File.WriteAllText(inro.Beside("config.toml"), $"[containers]\ncdi-spec-dirs = [\"{inro.Beside("cdi")}\"]\n");
            inro.Environment["INRO_CONFIG"] = inro.Beside("config.toml");
        });
    }
}
