using System.Text;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.Steps;
using Inro.Spec.Runtime;

namespace Inro.Tests.Runtime.Steps;

/// <summary>Configurations and what they compile to; nothing is made on the machine.</summary>
internal static class StepsFixture
{
    /// <summary>A configuration that any user may compile, with more fields put into it.</summary>
    /// <param name="process">Fields of process, as JSON.</param>
    /// <param name="linux">Fields of linux, as JSON.</param>
    /// <param name="top">Fields of the document, as JSON.</param>
    public static RuntimeConfig Config(string process = "", string linux = "", string top = "") => RuntimeConfigReader.Read(Encoding.UTF8.GetBytes($$"""
        {
          "ociVersion": "1.2.0", "root": { "path": "rootfs" },
          "process": { "cwd": "/", "args": ["true"]{{Comma(process)}} },
          "linux": {
            "namespaces": [{ "type": "user" }, { "type": "mount" }, { "type": "pid" }],
            "uidMappings": [{ "containerID": 0, "hostID": 100000, "size": 65536 }],
            "gidMappings": [{ "containerID": 0, "hostID": 100000, "size": 65536 }]{{Comma(linux)}}
          }{{Comma(top)}}
        }
        """));

    public static LaunchRequest Request(RuntimeConfig config) => new() { Id = "one", Bundle = "/bundle", Config = config, StartNow = true };

    /// <summary>What <see cref="ContainerRuntime.Create"/> does before it makes anything.</summary>
    public static void Judge(LaunchRequest request) => _ = Compiler(request);

    /// <summary>The operations as people see them.</summary>
    public static string Explain(LaunchRequest request)
    {
        using LaunchProgram program = Compiler(request).Compile();
        using var text = new StringWriter();
        LaunchExplain.WriteText(program, text);
        return text.ToString();
    }

    private static LaunchCompiler Compiler(LaunchRequest request) => new(request, new LaunchParts
    {
        Cgroups = new CgroupPlan { Locations = [], Writes = [] }, Ready = static (_, _) => { }, HookState = static _ => default,
    });

    private static string Comma(string fields) => fields.Length == 0 ? "" : ", " + fields;
}
