using System.Text;
using System.Text.Json;
using Inro.Runtime.Resources;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

/// <summary>Statistics out of directories with files as the kernel writes them.</summary>
public sealed class EventDocumentTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("inro-events-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Version_1_gives_the_numbers_that_others_read()
    {
        CgroupLocation[] trees = [Tree("cpuacct"), Tree("cpu"), Tree("memory"), Tree("pids"), Tree("blkio"), Tree("cpuset")];
        Put("cpuacct", "cpuacct.usage", "30\n");
        Put("cpuacct", "cpuacct.stat", "user 3\nsystem 4\n");
        Put("cpuacct", "cpuacct.usage_percpu", "10 20 \n");
        Put("cpuacct", "cpuacct.usage_all", "cpu user system\n0 1 2\n1 3 4\n");
        Put("cpu", "cpu.stat", "nr_periods 5\nnr_throttled 6\nthrottled_time 7\n");
        Put("memory", "memory.stat", "cache 11\nrss 12\n");
        Put("memory", "memory.limit_in_bytes", "9223372036854771712\n");
        Put("memory", "memory.usage_in_bytes", "14\n");
        Put("memory", "memory.max_usage_in_bytes", "15\n");
        Put("memory", "memory.failcnt", "16\n");
        Put("pids", "pids.current", "2\n");
        Put("pids", "pids.max", "max\n");
        Put("blkio", "blkio.throttle.io_service_bytes_recursive", "8:1 Read 100\n8:1 Total 100\nTotal 100\n");
        Put("cpuset", "cpuset.cpus", "0-1,4\n");
        Put("cpuset", "cpuset.sched_relax_domain_level", "-1\n");

        JsonElement data = Read(trees);

        Assert.Equal("""{"total":30,"percpu":[10,20],"percpu_kernel":[2,4],"percpu_user":[1,3],"kernel":40000000,"user":30000000}""", Text(data, "cpu", "usage"));
        Assert.Equal("""{"periods":5,"throttledPeriods":6,"throttledTime":7}""", Text(data, "cpu", "throttling"));
        Assert.Equal(11, data.GetProperty("memory").GetProperty("cache").GetInt64());
        Assert.Equal("""{"limit":9223372036854771712,"usage":14,"max":15,"failcnt":16}""", Text(data, "memory", "usage"));
        Assert.Equal("""{"cache":11,"rss":12}""", Text(data, "memory", "raw"));
        Assert.Equal("""{"current":2}""", Text(data, "pids"));
        Assert.Equal("""{"ioServiceBytesRecursive":[{"major":8,"minor":1,"op":"Read","value":100},{"major":8,"minor":1,"op":"Total","value":100}]}""", Text(data, "blkio"));
        Assert.Equal("[0,1,4]", Text(data, "cpuset", "cpus"));
        Assert.Equal(-1, data.GetProperty("cpuset").GetProperty("sched_relax_domain_level").GetInt32());
    }

    [Fact]
    public void Version_2_is_told_in_the_same_words()
    {
        CgroupLocation unified = Tree("unified") with { IsUnified = true, Controllers = ["cpu", "memory", "pids", "io", "hugetlb"] };
        Put("unified", "cpu.stat", "usage_usec 3\nuser_usec 1\nsystem_usec 2\nnr_periods 5\nnr_throttled 6\nthrottled_usec 7\n");
        Put("unified", "cpu.pressure", "some avg10=1.50 avg60=0.00 avg300=0.00 total=9\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=8\n");
        Put("unified", "memory.stat", "anon 12\nfile 11\n");
        Put("unified", "memory.max", "100\n");
        Put("unified", "memory.current", "14\n");
        Put("unified", "memory.swap.max", "50\n");
        Put("unified", "memory.swap.current", "5\n");
        Put("unified", "memory.events", "low 0\nmax 3\noom_kill 0\n");
        Put("unified", "pids.current", "2\n");
        Put("unified", "pids.max", "10\n");
        Put("unified", "io.stat", "8:1 rbytes=100 wbytes=7 rios=1 wios=2 dbytes=0 dios=0\n");
        Put("unified", "hugetlb.2MB.current", "4\n");
        Put("unified", "hugetlb.2MB.events", "max 1\n");

        JsonElement data = Read([unified]);

        Assert.Equal("""{"total":3000,"kernel":2000,"user":1000}""", Text(data, "cpu", "usage"));
        Assert.Equal(7000, data.GetProperty("cpu").GetProperty("throttling").GetProperty("throttledTime").GetInt64());
        Assert.Equal("""{"avg10":1.50,"avg60":0.00,"avg300":0.00,"total":9}""", Text(data, "cpu", "psi", "some"));
        Assert.Equal("""{"limit":100,"usage":14,"failcnt":3}""", Text(data, "memory", "usage"));
        Assert.Equal("""{"limit":150,"usage":19,"failcnt":0}""", Text(data, "memory", "swap")); // memory and swap together
        Assert.Equal("""{"current":2,"limit":10}""", Text(data, "pids"));
        Assert.Equal(100, data.GetProperty("blkio").GetProperty("ioServiceBytesRecursive")[0].GetProperty("value").GetInt64());
        Assert.Equal("""{"2MB":{"usage":4,"failcnt":1}}""", Text(data, "hugetlb"));
    }

    [Fact]
    public void Every_part_is_there_without_any_cgroup() => Assert.Equal(
        ["cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces"],
        Read([]).EnumerateObject().Select(static p => p.Name));

    [Fact]
    public void A_lack_of_memory_has_no_data() => Assert.Equal("""{"type":"oom","id":"c1"}""", Encoding.UTF8.GetString(EventDocument.OutOfMemory("c1")));

    [Theory]
    [InlineData("..", false)]
    [InlineData("a/../../b", false)]
    [InlineData("pids:below", true)]
    [InlineData("/below", true)]
    [InlineData("absent", false)]
    [InlineData("memory:below", false)]
    [InlineData("pids:a:b", false)]
    public void A_process_enters_only_cgroups_that_are_there_and_below(string asked, bool isTaken)
    {
        CgroupLocation own = Tree("pids");
        Directory.CreateDirectory($"{_root}/pids/c1/below");

        if (isTaken) { Assert.Equal("/c1/below", Assert.Single(SubCgroup.Below([own], [asked])).Path); }
        else { Assert.Throws<Inro.Runtime.RuntimeException>(() => SubCgroup.Below([own], [asked])); }
    }

    [Fact]
    public void One_path_without_a_controller_is_for_all_and_stands_alone()
    {
        CgroupLocation[] own = [Tree("pids"), Tree("cpu"), Tree("bare") with { IsUnified = true, Controllers = [] }];
        Directory.CreateDirectory($"{_root}/pids/c1/below");
        Directory.CreateDirectory($"{_root}/cpu/c1/below");

        Assert.Equal(["/c1/below", "/c1/below", "/c1"], SubCgroup.Below(own, ["below"]).Select(static l => l.Path));
        Assert.Throws<Inro.Runtime.RuntimeException>(() => SubCgroup.Below(own, ["below", "pids:below"]));
        Assert.Throws<Inro.Runtime.RuntimeException>(() => SubCgroup.Below(own, ["pids:below", "pids:below"]));
    }

    private CgroupLocation Tree(string name)
    {
        Directory.CreateDirectory($"{_root}/{name}/c1");
        return new CgroupLocation($"{_root}/{name}", "/c1", [name], IsUnified: false);
    }

    private void Put(string tree, string file, string content) => File.WriteAllText($"{_root}/{tree}/c1/{file}", content);

    private static JsonElement Read(CgroupLocation[] trees)
    {
        using CgroupSet cgroups = CgroupSet.Open(trees);
        JsonElement document = JsonDocument.Parse(EventDocument.Statistics("c1", cgroups)).RootElement;
        Assert.Equal(("stats", "c1"), (document.GetProperty("type").GetString(), document.GetProperty("id").GetString()));
        return document.GetProperty("data");
    }

    private static string Text(JsonElement data, params string[] path) => path.Aggregate(data, static (e, name) => e.GetProperty(name)).GetRawText();
}
