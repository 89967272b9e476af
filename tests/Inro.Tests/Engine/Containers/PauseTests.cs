using Inro.Engine;
using Inro.Engine.Containers;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>Pausing, restarting and renaming without processes.</summary>
public sealed class PauseTests : IDisposable
{
    private readonly TestInstance instance = new();

    public void Dispose() => instance.Dispose();

    [Fact]
    public void A_paused_container_says_so_and_refuses_what_needs_it_to_run_on()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(ContainerServiceTests.Busybox() with { Name = "web" }).Created.Id;

        session.Containers.Pause(id);
        EngineException again = Assert.Throws<EngineException>(() => session.Containers.Pause(id));
        EngineException started = Assert.Throws<EngineException>(() => session.Containers.Start(id));
        ContainerState between = session.Containers.Find(id).State;
        session.Containers.Unpause(id);
        EngineException twice = Assert.Throws<EngineException>(() => session.Containers.Unpause(id));

        Assert.Equal(ContainerState.Paused, between);
        Assert.Equal("container web is already paused", again.Problem);
        Assert.Equal("cannot start a paused container, try unpause instead", started.Problem);
        Assert.Equal("container web is not paused", twice.Problem);
        Assert.Equal(ContainerState.Running, session.Containers.Find(id).State);
    }

    [Theory]
    [InlineData("pause: frozen", ContainerState.Paused)]
    [InlineData("unpause: thawed", ContainerState.Running)]
    public void A_kill_between_the_kernel_and_the_row_is_put_right_by_the_next_command(string point, ContainerState state)
    {
        string id;
        using (TestInstance.Session session = instance.Open())
        {
            id = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
            if (state == ContainerState.Running) { session.Containers.Pause(id); }
        }

        using (TestInstance.Session killed = instance.Open(at => { if (at == point) { throw new KilledException(at); } }))
        {
            Assert.Throws<KilledException>(() =>
            {
                if (state == ContainerState.Running) { killed.Containers.Unpause(id); }
                else { killed.Containers.Pause(id); }
            });
        }

        using TestInstance.Session next = instance.Open();
        next.Containers.Repair();
        Assert.Equal(state, next.Containers.Find(id).State);
    }

    [Fact]
    public void A_paused_container_is_stopped_and_removed_by_force()
    {
        using TestInstance.Session session = instance.Open();
        string stopped = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        string removed = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        session.Containers.Pause(stopped);
        session.Containers.Pause(removed);

        session.Containers.Stop(stopped, null, null);
        EngineException refused = Assert.Throws<EngineException>(() => session.Containers.Remove(removed, new RemoveOptions(Force: false, Volumes: true)));
        session.Containers.Remove(removed, new RemoveOptions(Force: true, Volumes: true));

        Assert.Equal(ContainerState.Exited, session.Containers.Find(stopped).State);
        Assert.Contains("unpause and then stop", refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_restart_ends_and_starts_what_runs_and_keeps_what_would_vanish(bool autoRemove)
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(ContainerServiceTests.Busybox() with { AutoRemove = autoRemove }).Created.Id;
        long first = session.Containers.Find(id).StartedNanoseconds;

        session.Containers.Restart(id, null, null);
        ContainerRecord again = session.Containers.Find(id);
        session.Containers.Stop(id, null, null);

        Assert.Equal(ContainerState.Running, again.State);
        Assert.NotEqual(first, again.StartedNanoseconds);
        Assert.Equal(autoRemove ? 0 : 1, session.Containers.List(new ContainerFilter { All = true }).Count);
    }

    [Fact]
    public void A_restart_starts_what_is_stopped()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox()).Id;

        session.Containers.Restart(id, null, null);

        Assert.Equal(ContainerState.Running, session.Containers.Find(id).State);
    }

    [Fact]
    public void Another_name_is_found_and_the_old_one_is_free()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox() with { Name = "old" }).Id;
        session.Containers.Create(ContainerServiceTests.Busybox() with { Name = "taken" });

        session.Containers.Rename(id, "/new");

        Assert.Equal(id, session.Containers.Find("new").Id);
        Assert.Equal(ErrorCode.NotFound, Assert.Throws<EngineException>(() => session.Containers.Find("old")).Code);
        Assert.Equal(ErrorCode.AlreadyExists, Assert.Throws<EngineException>(() => session.Containers.Rename(id, "taken")).Code);
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EngineException>(() => session.Containers.Rename(id, "new")).Code);
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EngineException>(() => session.Containers.Rename(id, "-")).Code);
        session.Containers.Create(ContainerServiceTests.Busybox() with { Name = "old" });
    }

    [Fact]
    public void A_prune_takes_what_does_not_run_and_is_meant()
    {
        using TestInstance.Session session = instance.Open();
        string running = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        string stopped = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        session.Containers.Stop(stopped, null, null);
        string kept = session.Containers.Create(ContainerServiceTests.Busybox() with { Labels = new Dictionary<string, string> { ["keep"] = "" } }).Id;

        IReadOnlyList<string> young = session.Containers.Prune(new PruneConditions { MadeBeforeNanoseconds = 1 }).Ids;
        IReadOnlyList<string> removed = session.Containers.Prune(new PruneConditions { WithoutLabels = [new("keep", null)] }).Ids;

        Assert.Empty(young);
        Assert.Equal([stopped], removed);
        Assert.Equal(new[] { running, kept }.Order(StringComparer.Ordinal), session.Containers.List(new ContainerFilter { All = true }).Select(static c => c.Id).Order(StringComparer.Ordinal));
    }
}
