using System.Text.Json;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

public sealed class EventsTests
{
    [KernelFact(Bundle.Usual | Needs.CgroupV1)]
    public void Statistics_are_printed_once_on_demand()
    {
        using Bundle bundle = BundleVerbs.Sleeping(static b => JsonPath.Put(b.Config, "linux.resources", """{ "memory": { "limit": 67108864 }, "pids": { "limit": 50 } }"""));

        JsonElement line = JsonDocument.Parse(bundle.Oci("events", "--stats", bundle.Id).Ok().Output).RootElement;

        Assert.Equal(("stats", bundle.Id), (line.GetProperty("type").GetString(), line.GetProperty("id").GetString()));
        JsonElement data = line.GetProperty("data");
        Assert.True(data.GetProperty("cpu").GetProperty("usage").GetProperty("total").GetInt64() > 0);
        JsonElement memory = data.GetProperty("memory").GetProperty("usage");
        Assert.Equal(67108864, memory.GetProperty("limit").GetInt64());
        Assert.True(memory.GetProperty("usage").GetInt64() > 0);
        Assert.Equal(1, data.GetProperty("pids").GetProperty("current").GetInt32());
        Assert.Equal(50, data.GetProperty("pids").GetProperty("limit").GetInt32());
    }

    [KernelFact(Bundle.Usual)]
    public void Statistics_come_at_each_interval_until_the_container_ends()
    {
        using Bundle bundle = BundleVerbs.Sleeping(static b => b.Script("sleep 1"));

        string[] lines = bundle.Oci("events", "--interval", "100ms", bundle.Id).Ok().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.InRange(lines.Length, 2, 12);
        Assert.All(lines, static line => Assert.StartsWith("{\"type\":\"stats\",", line, StringComparison.Ordinal));
    }

    [KernelFact(Bundle.Usual)]
    public void A_lack_of_memory_is_told_when_it_ends_the_container_too()
    {
        using Bundle bundle = BundleVerbs.Sleeping(static b =>
        {
            JsonPath.Put(b.Config, "linux.resources", """{ "memory": { "limit": 16777216, "swap": 16777216 } }""");
            b.Script("sleep 0.5; x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done");
        });

        string[] lines = bundle.Oci("events", "--interval", "1m", bundle.Id).Ok().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains($$"""{"type":"oom","id":"{{bundle.Id}}"}""", lines);
    }

    [KernelFact(Bundle.Usual)]
    public void What_cannot_be_is_refused()
    {
        using var bundle = new Bundle();
        bundle.Script("exit 0");
        bundle.Detach().Ok();
        bundle.WaitForStatus("stopped");

        bundle.Refuses(1, $"container with id {bundle.Id} is not running", "events", bundle.Id);
        bundle.Refuses(1, "duration interval must be greater than 0", "events", "--interval", "0s", bundle.Id);
        bundle.Refuses(1, "invalid value \"abc\" for flag -interval: parse error", "events", "--interval", "abc", bundle.Id);
        bundle.Refuses(1, "container does not exist", "events", "nosuch");
    }
}
