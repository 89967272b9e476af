using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.CommandLine;

/// <summary><c>inro system info</c> and <c>prune</c>.</summary>
public sealed class SystemVerbTests
{
    [KernelFact(Instance.Usual)]
    public void Info_tells_of_the_engine_and_its_host_in_dockers_shape()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "busybox");

        string text = inro.Ok("info");
        JsonElement info = JsonDocument.Parse(inro.Ok("system", "info", "--format", "json")).RootElement;

        Assert.Contains("\nServer:\n Containers: 1\n  Running: 0\n  Paused: 0\n  Stopped: 1\n Images: 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"\n Docker Root Dir: {inro.Root}\n", text, StringComparison.Ordinal);
        Assert.Equal((1, 1, "linux", File.ReadAllText("/proc/sys/kernel/osrelease").TrimEnd('\n')),
            (info.GetProperty("Containers").GetInt32(), info.GetProperty("Images").GetInt32(), info.GetProperty("OSType").GetString(), info.GetProperty("KernelVersion").GetString()));
        Assert.Equal(Environment.ProcessorCount, info.GetProperty("NCPU").GetInt32());
        Assert.Equal("inactive\n", inro.Ok("info", "-f", "{{.Swarm.LocalNodeState}}"));
        Assert.Equal(inro.Ok("info", "-f", "{{.ID}}"), inro.Ok("info", "-f", "{{.ID}}"));
    }

    [KernelFact(Instance.Usual)]
    public void Prune_removes_what_nobody_uses_and_says_so_in_dockers_words()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("create", "--label", "a=b", "-v", "/data", "busybox").TrimEnd('\n');
        inro.Ok("volume", "create", "named");

        ToolResult refused = inro.Feed("n\n", "system", "prune", "--filter", "label=a=b", "--volumes");
        Assert.Equal(
            "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n  - all anonymous volumes not used by at least one container\n  - all dangling images\n  - unused build cache\n"
            + "\n  Items to be pruned will be filtered with:\n  - label=a=b\n\nAre you sure you want to continue? [y/N] ",
            refused.Output);
        Assert.Equal("Total reclaimed space: 0B\n", inro.Ok("system", "prune", "-f", "--filter", "label=a=c"));
        string anonymous = inro.Ok("volume", "ls", "-q", "-f", "label=com.docker.volume.anonymous").TrimEnd('\n');
        string said = inro.Ok("system", "prune", "-f", "-a", "--volumes");

        Assert.StartsWith($"Deleted Containers:\n{id}\n\nDeleted Volumes:\n{anonymous}\n\nDeleted Images:\nuntagged: ", said, StringComparison.Ordinal);
        Assert.Equal("named\n", inro.Ok("volume", "ls", "-q"));
        Assert.Contains("The \"until\" filter is not supported with \"--volumes\"", inro.Run("system", "prune", "--volumes", "--filter", "until=1h").Error, StringComparison.Ordinal);
    }
}
