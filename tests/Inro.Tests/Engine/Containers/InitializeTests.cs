using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Events;
using Inro.Engine.Shim;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>Containers that are made whole and wait for their start, without processes.</summary>
public sealed class InitializeTests : IDisposable
{
    private readonly TestInstance instance = new();

    public void Dispose() => instance.Dispose();

    [Fact]
    public void It_waits_until_its_start_lets_it_begin()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox() with { Name = "web" }).Id;

        Assert.NotNull(session.Containers.Initialize(id));
        ContainerRecord held = session.Containers.Find(id);
        Assert.Null(session.Containers.Initialize(id)); // it is already
        session.Containers.Start(id);
        EngineException running = Assert.Throws<EngineException>(() => session.Containers.Initialize(id));

        Assert.Equal((ContainerState.Initialized, true), (held.State, held.Pid > 0));
        Assert.Equal(ContainerState.Running, session.Containers.Find(id).State);
        Assert.Equal("container web is running and cannot be initialized", running.Problem);
        Assert.Equal(["create", "init", "start"], new EventLog(session.Store, instance.Paths.EventBell).After(0, 100).Where(static e => e.Type == "container").Select(static e => e.Action));
    }

    [Fact]
    public void What_needs_a_program_that_runs_is_refused()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox()).Id;
        session.Containers.Initialize(id);

        foreach (Action needs in (Action[])[() => session.Containers.Pause(id), () => session.Containers.RequireExecutable(id), () => session.Containers.CheckHealth(id)])
        {
            Assert.Equal($"container {id} is not running", Assert.Throws<EngineException>(needs).Problem);
        }
    }

    [Fact]
    public void It_is_stopped_and_no_policy_starts_it()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox() with { Restart = RestartPolicy.Parse("always") }).Id;
        session.Containers.Initialize(id);

        instance.Processes.End(instance.Paths.RunDirectory(id), 137);
        session.Containers.Exited(id);

        Assert.Equal(ContainerState.Exited, session.Containers.Find(id).State);
        Assert.Empty(instance.Processes.Restarters);
    }

    [Fact]
    public void It_is_removed_without_force()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox()).Id;
        session.Containers.Initialize(id);

        session.Containers.Remove(id, new RemoveOptions(Force: false, Volumes: false));

        Assert.Empty(session.Containers.List(new ContainerFilter { All = true }));
        Assert.Empty(instance.Processes.Cgroups);
    }

    [Fact]
    public void A_program_that_does_not_begin_leaves_a_created_container_with_the_reason()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox()).Id;
        session.Containers.Initialize(id);
        instance.Processes.NextFailure = new ShimException(127, "not found");

        EngineException failure = Assert.Throws<EngineException>(() => session.Containers.Start(id));

        ContainerRecord left = session.Containers.Find(id);
        Assert.Equal((127, "not found"), (failure.CommandStatus, failure.Problem));
        Assert.Equal((ContainerState.Created, 127, "not found"), (left.State, left.ExitCode, left.Error));
        Assert.Empty(instance.Processes.Cgroups);
    }

    [Theory]
    [InlineData("start: bundle written", ContainerState.Created)]
    [InlineData("start: process runs", ContainerState.Initialized)]
    [InlineData("start: committed", ContainerState.Initialized)]
    [InlineData("let go: intent committed", ContainerState.Initialized)]
    [InlineData("let go: process runs", ContainerState.Running)]
    [InlineData("let go: committed", ContainerState.Running)]
    public void A_kill_in_the_midst_is_put_right_by_the_next_command(string point, ContainerState state)
    {
        string id;
        using (TestInstance.Session session = instance.Open()) { id = session.Containers.Create(ContainerServiceTests.Busybox()).Id; }

        using (TestInstance.Session killed = instance.Open(at => { if (at == point) { throw new KilledException(at); } }))
        {
            Assert.Throws<KilledException>(() =>
            {
                killed.Containers.Initialize(id);
                killed.Containers.Start(id);
            });
        }

        using TestInstance.Session next = instance.Open();
        next.Containers.Repair();
        Assert.Equal(state, next.Containers.Find(id).State);
    }

    [Fact]
    public void A_killed_shim_is_replaced_and_the_container_still_waits()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox()).Id;
        session.Containers.Initialize(id);
        instance.Processes.KillShim(instance.Paths.RunDirectory(id));

        session.Containers.Start(id);

        Assert.Equal((1, ContainerState.Running), (instance.Processes.Adoptions, session.Containers.Find(id).State));
    }

    [Fact]
    public void A_process_that_was_killed_with_its_shim_is_made_anew_by_the_start()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(ContainerServiceTests.Busybox()).Id;
        session.Containers.Initialize(id);
        instance.Processes.KillAll(instance.Paths.RunDirectory(id));

        session.Containers.Start(id);

        Assert.Equal(ContainerState.Running, session.Containers.Find(id).State);
    }
}
