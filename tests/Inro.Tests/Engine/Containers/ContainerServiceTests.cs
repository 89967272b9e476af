using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Events;
using Inro.Engine.Shim;
using Inro.Engine.Volumes;
using Xunit;

namespace Inro.Tests.Engine.Containers;

public sealed class ContainerServiceTests : IDisposable
{
    private readonly TestInstance instance = new();

    public void Dispose() => instance.Dispose();

    [Fact]
    public void Container_is_found_by_id_name_slash_name_and_prefix()
    {
        using TestInstance.Session session = instance.Open();
        CreatedContainer made = session.Containers.Create(Busybox() with { Name = "web" });

        foreach (string typed in (string[])[made.Id, "web", "/web", made.Id[..12], made.Id[..1]])
        {
            Assert.Equal(made.Id, session.Containers.Find(typed).Id);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("zzz")]
    public void Unknown_container_is_refused_in_dockers_words(string typed)
    {
        using TestInstance.Session session = instance.Open();

        var failure = Assert.Throws<EngineException>(() => session.Containers.Find(typed));

        Assert.Equal((ErrorCode.NotFound, $"No such container: {typed}"), (failure.Code, failure.Problem));
    }

    [Fact]
    public void Prefix_of_two_ids_is_ambiguous()
    {
        using TestInstance.Session session = instance.Open();
        List<string> ids = [];
        while (ids.GroupBy(i => i[0]).All(g => g.Count() < 2)) { ids.Add(session.Containers.Create(Busybox()).Id); }

        string shared = ids.GroupBy(i => i[0]).First(g => g.Count() > 1).Key.ToString();
        var failure = Assert.Throws<EngineException>(() => session.Containers.Find(shared));

        Assert.Equal("Multiple IDs found with provided prefix: " + shared, failure.Problem);
    }

    [Fact]
    public void Taken_name_is_refused_and_nothing_is_left_of_the_second()
    {
        using TestInstance.Session session = instance.Open();
        CreatedContainer first = session.Containers.Create(Busybox() with { Name = "web" });

        var failure = Assert.Throws<EngineException>(() => session.Containers.Create(Busybox() with { Name = "web" }));

        Assert.Equal(ErrorCode.AlreadyExists, failure.Code);
        Assert.StartsWith($"Conflict. The container name \"/web\" is already in use by container \"{first.Id}\".", failure.Problem, StringComparison.Ordinal);
        session.Containers.Remove(first.Id, new RemoveOptions(Force: false, Volumes: true));
        Assert.Empty(instance.Leftovers());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public void Bad_name_is_refused(string name)
    {
        using TestInstance.Session session = instance.Open();

        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EngineException>(() => session.Containers.Create(Busybox() with { Name = name })).Code);
    }

    [Fact]
    public void Unknown_image_is_refused_in_dockers_words()
    {
        using TestInstance.Session session = instance.Open();

        var failure = Assert.Throws<EngineException>(() => session.Containers.Create(new ContainerConfig { Image = "nothing" }));

        Assert.Equal((ErrorCode.NotFound, "No such image: nothing:latest"), (failure.Code, failure.Problem));
    }

    [Fact]
    public void Other_networks_are_kept_and_refused_at_the_start_with_a_remedy()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(Busybox() with { NetworkMode = "bridge" }).Id;

        var failure = Assert.Throws<EngineException>(() => session.Containers.Start(id));

        Assert.Equal(ErrorCode.NotImplemented, failure.Code);
        Assert.NotNull(failure.Remedy);
    }

    [Fact]
    public void Run_leaves_the_same_row_events_and_files_as_create_and_start()
    {
        using TestInstance.Session session = instance.Open();
        string slow = session.Containers.Create(Busybox() with { Name = "slow" }).Id;
        session.Containers.Start(slow);
        string fast = session.Containers.Run(Busybox() with { Name = "fast" }).Created.Id;

        Assert.Equal(Shape(session, slow), Shape(session, fast));
        Assert.Equal(Files(slow), Files(fast));
        Assert.Equal(Actions(session, slow), Actions(session, fast));
    }

    [Fact]
    public void End_is_recorded_once_whoever_calls()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(Busybox()).Created.Id;
        instance.Processes.End(instance.Paths.RunDirectory(id), 3);

        session.Containers.Exited(id);
        session.Containers.Exited(id, new ContainerExit(9, 5, OomKilled: false));

        ContainerRecord record = session.Containers.Find(id);
        Assert.Equal((ContainerState.Exited, 3, 0), (record.State, record.ExitCode, record.Pid));
        Assert.Equal(["create", "start", "die"], Actions(session, id));
    }

    [Fact]
    public void Who_comes_to_record_the_end_of_a_container_that_was_removed_meanwhile_leaves_no_lock()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(Busybox()).Created.Id;
        session.Containers.Remove(id, new RemoveOptions(Force: true, Volumes: false));

        session.Containers.Exited(id); // of the shim that had no client

        Assert.Empty(Directory.EnumerateFileSystemEntries(instance.Paths.Locks));
    }

    [Fact]
    public void Container_with_rm_is_gone_after_its_end_with_its_anonymous_volumes()
    {
        using TestInstance.Session session = instance.Open();
        ContainerConfig config = Busybox() with { AutoRemove = true, Mounts = [new MountRequest { Kind = MountKind.Volume, Target = "/data" }] };
        string id = session.Containers.Run(config).Created.Id;
        Assert.NotEmpty(Directory.GetDirectories(instance.Paths.Volumes));
        instance.Processes.End(instance.Paths.RunDirectory(id), 0);

        session.Containers.Exited(id);

        Assert.Empty(instance.Leftovers());
        Assert.Equal(["create", "start", "die", "destroy"], Actions(session, id));
    }

    [Fact]
    public void Named_volume_stays_when_its_container_goes()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(Busybox() with { Mounts = [new MountRequest { Kind = MountKind.Volume, Source = "data", Target = "/data" }] }).Id;

        session.Containers.Remove(id, new RemoveOptions(Force: false, Volumes: true));

        Assert.True(Directory.Exists(instance.Paths.VolumeData("data")));
    }

    [Fact]
    public void Running_container_is_removed_only_by_force()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(Busybox() with { Name = "web" }).Created.Id;

        var failure = Assert.Throws<EngineException>(() => session.Containers.Remove(id, new RemoveOptions(Force: false, Volumes: false)));
        session.Containers.Remove(id, new RemoveOptions(Force: true, Volumes: false));

        Assert.Equal("cannot remove container \"web\": container is running: stop the container before removing or force remove", failure.Problem);
        Assert.Empty(instance.Leftovers());
    }

    [Fact]
    public void Stop_sends_the_containers_signal_and_records_the_end()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(Busybox() with { StopSignal = "SIGINT" }).Created.Id;

        session.Containers.Stop(id, null, TimeSpan.FromSeconds(1));

        Assert.Equal(128 + 2, session.Containers.Find(id).ExitCode);
        Assert.Equal(["create", "start", "kill", "die", "stop"], Actions(session, id));
        Assert.Equal(ErrorCode.NotModified, Assert.Throws<EngineException>(() => session.Containers.Stop(id, null, null)).Code);
    }

    [Fact]
    public void Failed_start_leaves_a_created_container_with_the_reason_and_exit_status()
    {
        using TestInstance.Session session = instance.Open();
        instance.Processes.NextFailure = new ShimException(127, "exec nothing: no such file");

        var failure = Assert.Throws<EngineException>(() => session.Containers.Run(Busybox() with { Name = "web" }));

        ContainerRecord record = session.Containers.Find("web");
        Assert.Equal((127, ContainerState.Created, "exec nothing: no such file", 127), (failure.CommandStatus, record.State, record.Error, record.ExitCode));
    }

    [Fact]
    public void Failed_start_with_rm_leaves_nothing()
    {
        using TestInstance.Session session = instance.Open();
        instance.Processes.NextFailure = new ShimException(126, "exec /etc: is a directory");

        Assert.Throws<EngineException>(() => session.Containers.Run(Busybox() with { AutoRemove = true }));

        Assert.Empty(instance.Leftovers());
    }

    [Fact]
    public void List_shows_running_ones_newest_first_and_all_when_asked()
    {
        using TestInstance.Session session = instance.Open();
        string first = session.Containers.Run(Busybox()).Created.Id;
        string second = session.Containers.Run(Busybox()).Created.Id;
        string third = session.Containers.Create(Busybox()).Id;

        Assert.Equal([second, first], session.Containers.List(new ContainerFilter()).Select(c => c.Id));
        Assert.Equal([third, second, first], session.Containers.List(new ContainerFilter { All = true }).Select(c => c.Id));
        Assert.Equal([third], session.Containers.List(new ContainerFilter { Last = 1 }).Select(c => c.Id));
    }

    [Theory]
    [InlineData("status", "created", "b")]
    [InlineData("name", "a", "a")]
    [InlineData("label", "who=b", "b")]
    [InlineData("label", "from=image", "b a")]
    [InlineData("label", "who=c", "")]
    [InlineData("ancestor", "busybox", "b a")]
    [InlineData("before", "b", "a")]
    [InlineData("since", "a", "b")]
    public void Filters_choose(string name, string value, string expected)
    {
        using TestInstance.Session session = instance.Open();
        session.Containers.Run(Busybox() with { Name = "a-one", Labels = Label("a") });
        session.Containers.Create(Busybox() with { Name = "b-two", Labels = Label("b") });

        string known = value is "a" or "b" && name is "before" or "since" ? (value == "a" ? "a-one" : "b-two") : value;
        IReadOnlyList<ContainerSummary> found = session.Containers.List(new ContainerFilter { All = true, Conditions = [new(name, known)] });

        Assert.Equal(expected, string.Join(' ', found.Select(c => c.Name[..1])));
    }

    internal static ContainerConfig Busybox() => new() { Image = "busybox", NetworkMode = "none" };

    private static Dictionary<string, string> Label(string who) => new(StringComparer.Ordinal) { ["who"] = who };

    private static string Shape(TestInstance.Session session, string id)
    {
        ContainerRecord r = session.Containers.Find(id);
        return $"{r.State} {r.ImageId} {string.Join(' ', r.Arguments)} {r.Pid} {r.StartedNanoseconds} {r.ExitCode} {r.Error} {r.CgroupPath.Replace(id, "ID", StringComparison.Ordinal)}";
    }

    private List<string> Files(string id) =>
        [.. Directory.EnumerateFileSystemEntries(instance.Paths.Bundle(id), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(instance.Paths.Bundle(id), f)).Order(StringComparer.Ordinal)];

    private List<string> Actions(TestInstance.Session session, string id) =>
        [.. new EventLog(session.Store, instance.Paths.EventBell).After(0, 1000).Where(e => e.Actor == id).Select(e => e.Action)];
}
