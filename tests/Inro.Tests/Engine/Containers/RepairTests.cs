using Inro.Engine.Containers;
using Inro.Engine.Volumes;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>A kill is an exception at a point between two steps, after which nothing of the killed command runs any more.</summary>
public sealed class RepairTests : IDisposable
{
    private readonly TestInstance instance = new();

    public void Dispose() => instance.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Create_killed_anywhere_leaves_nothing_or_a_whole_container(bool withVolume)
    {
        ContainerConfig config = ContainerServiceTests.Busybox() with
        {
            Name = "web",
            Mounts = withVolume ? [new MountRequest { Kind = MountKind.Volume, Target = "/data" }] : [],
        };
        int points = KillAtEveryPoint(
            session => session.Containers.Create(config),
            session =>
            {
                if (session.Containers.List(new ContainerFilter { All = true }) is [var whole])
                {
                    session.Containers.Start(whole.Id); // it can be used
                    session.Containers.Remove(whole.Id, new RemoveOptions(Force: true, Volumes: true));
                }
            });

        Assert.True(points >= 5, $"only {points} points");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_killed_anywhere_leaves_nothing_or_a_running_container(bool autoRemove)
    {
        int points = KillAtEveryPoint(
            session => session.Containers.Run(ContainerServiceTests.Busybox() with { AutoRemove = autoRemove }),
            session =>
            {
                foreach (ContainerSummary whole in session.Containers.List(new ContainerFilter { All = true }))
                {
                    Assert.Equal(ContainerState.Running, whole.State);
                    session.Containers.Remove(whole.Id, new RemoveOptions(Force: true, Volumes: true));
                }
            });

        Assert.True(points >= 7, $"only {points} points");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Start_that_the_shim_saw_through_is_finished_by_the_next_command(bool autoRemove)
    {
        KillAt("start: process runs", session => session.Containers.Run(ContainerServiceTests.Busybox() with { AutoRemove = autoRemove }));

        using TestInstance.Session next = instance.Open();
        next.Containers.Repair();

        Assert.Equal(ContainerState.Running, Assert.Single(next.Containers.List(new ContainerFilter { All = true })).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void End_is_recorded_although_who_started_the_container_was_killed(bool autoRemove)
    {
        KillAt("start: process runs", session => session.Containers.Run(ContainerServiceTests.Busybox() with { AutoRemove = autoRemove }));
        string id = Path.GetFileName(Assert.Single(Directory.EnumerateDirectories(instance.Paths.Containers)));
        instance.Processes.End(instance.Paths.RunDirectory(id), 7);

        using TestInstance.Session next = instance.Open();
        next.Containers.Exited(id);

        IReadOnlyList<ContainerSummary> rows = next.Containers.List(new ContainerFilter { All = true });
        if (autoRemove) { Assert.Empty(rows); }
        else { Assert.Equal((ContainerState.Exited, (int?)7), (rows[0].State, rows[0].ExitCode)); }
    }

    [Fact]
    public void Start_killed_anywhere_leaves_a_created_or_a_running_container()
    {
        int points = KillAtEveryPoint(
            session =>
            {
                string id = session.Containers.List(new ContainerFilter { All = true }) is [var there]
                    ? there.Id
                    : session.Containers.Create(ContainerServiceTests.Busybox()).Id;
                session.Containers.Start(id);
            },
            session =>
            {
                foreach (ContainerSummary whole in session.Containers.List(new ContainerFilter { All = true }))
                {
                    Assert.True(whole.State is ContainerState.Running or ContainerState.Created, whole.State.ToString());
                    session.Containers.Remove(whole.Id, new RemoveOptions(Force: true, Volumes: true));
                }
            });

        Assert.True(points >= 10, $"only {points} points");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void End_killed_anywhere_is_recorded_by_the_next_command(bool autoRemove)
    {
        string id = "";
        int points = KillAtEveryPoint(
            session =>
            {
                id = session.Containers.Run(ContainerServiceTests.Busybox() with { AutoRemove = autoRemove }).Created.Id;
                instance.Processes.End(instance.Paths.RunDirectory(id), 7);
                session.Containers.Exited(id);
            },
            session =>
            {
                foreach (ContainerSummary row in session.Containers.List(new ContainerFilter { All = true }))
                {
                    Assert.False(autoRemove && row.State == ContainerState.Exited, "a container with --rm stayed");
                    if (row.State == ContainerState.Exited) { Assert.Equal(7, row.ExitCode); }

                    session.Containers.Remove(row.Id, new RemoveOptions(Force: true, Volumes: true));
                }
            });

        Assert.True(points >= 9, $"only {points} points");
    }

    [Fact]
    public void Remove_killed_anywhere_is_finished_by_the_next_command()
    {
        int points = KillAtEveryPoint(
            session =>
            {
                string id = session.Containers.Create(ContainerServiceTests.Busybox()).Id;
                session.Containers.Remove(id, new RemoveOptions(Force: false, Volumes: true));
            },
            session =>
            {
                foreach (ContainerSummary row in session.Containers.List(new ContainerFilter { All = true }))
                {
                    Assert.Equal(ContainerState.Created, row.State);
                    session.Containers.Remove(row.Id, new RemoveOptions(Force: true, Volumes: true));
                }
            });

        Assert.True(points >= 9, $"only {points} points");
    }

    [Fact]
    public void Killed_shim_is_replaced_when_the_container_is_looked_at()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        instance.Processes.KillShim(instance.Paths.RunDirectory(id));

        Assert.Equal(ContainerState.Running, session.Containers.Find(id).State);

        Assert.Equal(1, instance.Processes.Adoptions);
    }

    [Fact]
    public void A_container_that_no_shim_can_be_found_for_stops_no_other_command_and_can_be_removed()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        instance.Processes.KillShim(instance.Paths.RunDirectory(id));
        instance.Processes.CannotAdopt = true;

        Assert.Equal(ContainerState.Running, Assert.Single(session.Containers.List(new ContainerFilter { All = true })).State);
        session.Containers.Repair();
        Assert.Throws<Inro.Engine.Shim.ShimException>(() => session.Containers.Remove(id, new RemoveOptions(Force: false, Volumes: true)));
        session.Containers.Remove(id, new RemoveOptions(Force: true, Volumes: true));

        Assert.Empty(instance.Leftovers());
    }

    [Fact]
    public void An_end_of_an_earlier_run_does_not_end_the_present_one()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        instance.Processes.End(instance.Paths.RunDirectory(id), 7);
        session.Containers.Exited(id);
        session.Containers.Start(id);

        session.Containers.Exited(id, new ContainerExit(7, 2_000_000_000, OomKilled: false)); // of a command that saw the first end and was slow

        Assert.Equal(ContainerState.Running, Assert.Single(session.Containers.List(new ContainerFilter { All = true })).State);
    }

    [Fact]
    public void An_end_of_an_earlier_run_does_not_end_one_whose_shim_was_killed()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        long first = session.Containers.Find(id).StartedNanoseconds;
        instance.Processes.End(instance.Paths.RunDirectory(id), 7);
        session.Containers.Exited(id);
        session.Containers.Start(id);
        instance.Processes.KillShim(instance.Paths.RunDirectory(id));

        session.Containers.Exited(id, new ContainerExit(7, 2_000_000_000, OomKilled: false), first);

        Assert.Equal(0, instance.Processes.Adoptions);
        Assert.Equal(ContainerState.Running, session.Containers.Find(id).State);
        Assert.NotEmpty(instance.Processes.Cgroups);
    }

    [Fact]
    public void A_failed_run_whose_row_cannot_be_written_is_taken_back_by_the_next_command()
    {
        instance.Processes.NextFailure = new Inro.Engine.Shim.ShimException(127, "no such program");
        using (TestInstance.Session full = instance.Open(point =>
        {
            if (point == "start: failed") { throw new Inro.Engine.EngineException(Inro.Engine.ErrorCode.ResourceExhausted, "no space left on the disk"); }
        }))
        {
            full.Containers.Repair(); // notes the boot: from here on the journal alone tells
            Assert.Throws<Inro.Engine.EngineException>(() => full.Containers.Run(ContainerServiceTests.Busybox()));
        }

        using TestInstance.Session next = instance.Open();
        next.Containers.Repair();

        Assert.Empty(next.Containers.List(new ContainerFilter { All = true }));
        Assert.Empty(instance.Leftovers());
    }

    [Fact]
    public void End_that_nobody_saw_is_unknown()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        instance.Processes.KillAll(instance.Paths.RunDirectory(id));

        ContainerSummary row = Assert.Single(session.Containers.List(new ContainerFilter { All = true }));

        Assert.Equal((ContainerState.Exited, (int?)null), (row.State, row.ExitCode));
    }

    [Fact]
    public void Container_of_an_earlier_boot_has_ended_unseen()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
        session.Store.Write(() =>
        {
            using Inro.Engine.Metadata.Statement age = session.Store.Prepare("UPDATE containers SET boot = 'earlier'");
            age.Run();
        });
        File.Delete(instance.Paths.Run + "/boot");

        session.Containers.Repair();

        Assert.Equal((ContainerState.Exited, (int?)null), (session.Containers.Find(id).State, session.Containers.Find(id).ExitCode));
    }

    [Fact]
    public void Repair_leaves_a_command_at_work_alone()
    {
        using TestInstance.Session other = instance.Open();
        bool looked = false;
        using TestInstance.Session session = instance.Open(point =>
        {
            if (point == "create: files made")
            {
                looked = true;
                other.Containers.Repair();
            }
        });

        string id = session.Containers.Create(ContainerServiceTests.Busybox()).Id;

        Assert.True(looked);
        Assert.Equal(ContainerState.Created, other.Containers.Find(id).State);
    }

    private void KillAt(string point, Action<TestInstance.Session> command)
    {
        bool killed = false; // nothing of the command runs any more, so every later point is the same kill
        using TestInstance.Session victim = instance.Open(at =>
        {
            killed |= at == point;
            if (killed) { throw new KilledException(at); }
        });
        Assert.Throws<KilledException>(() => command(victim));
    }

    /// <summary>Runs the command again and again, killed one point later each time, repairs and checks that nothing is left.</summary>
    /// <returns>How many points there are.</returns>
    private int KillAtEveryPoint(Action<TestInstance.Session> command, Action<TestInstance.Session> judge)
    {
        for (int last = 1; ; last++)
        {
            int reached = 0;
            string at = "";
            bool killed = false;
            using (TestInstance.Session victim = instance.Open(point =>
            {
                if (++reached < last) { return; }

                at = killed ? at : point;
                killed = true;
                throw new KilledException(at);
            }))
            {
                try { command(victim); }
                catch (KilledException) { }
            }

            using (TestInstance.Session next = instance.Open())
            {
                next.Containers.Repair();
                judge(next);
            }

            Assert.True(instance.Leftovers() is [], $"killed at '{at}': {string.Join(", ", instance.Leftovers())}");
            if (!killed) { return last - 1; }
        }
    }
}
