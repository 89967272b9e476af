using System.Collections.Concurrent;
using Inro.Engine;
using Inro.Engine.Containers;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>Eight commands at once, each with a connection and descriptors of its own, as eight processes have.</summary>
public sealed class ConcurrencyTests : IDisposable
{
    private const int Shells = 8;

    private readonly TestInstance instance = new();

    public void Dispose() => instance.Dispose();

    [Fact]
    public void One_name_goes_to_one_container()
    {
        ConcurrentBag<string> won = [];
        ConcurrentBag<ErrorCode> lost = [];
        InParallel(_ =>
        {
            using TestInstance.Session session = instance.Open();
            try { won.Add(session.Containers.Create(ContainerServiceTests.Busybox() with { Name = "web" }).Id); }
            catch (EngineException failure) { lost.Add(failure.Code); }
        });

        using TestInstance.Session last = instance.Open();
        Assert.Equal(last.Containers.Find("web").Id, Assert.Single(won));
        Assert.All(lost, code => Assert.Equal(ErrorCode.AlreadyExists, code));
        Assert.Equal(Shells - 1, lost.Count);
    }

    [Fact]
    public void Creates_starts_ends_and_removals_leave_nothing()
    {
        InParallel(n =>
        {
            for (int i = 0; i < 10; i++)
            {
                using TestInstance.Session session = instance.Open();
                session.Containers.Repair();
                string id = session.Containers.Run(ContainerServiceTests.Busybox() with { AutoRemove = i % 2 == 0, Name = $"c{n}-{i}" }).Created.Id;
                Assert.Equal(ContainerState.Running, session.Containers.Find(id).State);
                _ = session.Containers.List(new ContainerFilter { All = true });
                instance.Processes.End(instance.Paths.RunDirectory(id), 0);
                session.Containers.Exited(id);
                if (i % 2 == 1) { session.Containers.Remove(id, new RemoveOptions(Force: false, Volumes: true)); }
            }
        });

        Assert.Empty(instance.Leftovers());
    }

    [Fact]
    public void Removal_by_force_wins_against_who_starts_the_container_again()
    {
        for (int i = 0; i < 20; i++)
        {
            using TestInstance.Session remover = instance.Open();
            string id = remover.Containers.Run(ContainerServiceTests.Busybox()).Created.Id;
            int starts = 0;
            var starter = new Thread(() =>
            {
                using TestInstance.Session session = instance.Open();
                while (starts < 3)
                {
                    try
                    {
                        session.Containers.Start(id);
                        starts++;
                    }
                    catch (EngineException runs) when (runs.Code == ErrorCode.NotModified) { Thread.Yield(); }
                    catch (EngineException) { return; } // it is gone, or going
                }
            });
            starter.Start();

            remover.Containers.Remove(id, new RemoveOptions(Force: true, Volumes: true));
            starter.Join();
        }

        Assert.Empty(instance.Leftovers());
    }

    [Fact]
    public void Removal_of_one_container_succeeds_once()
    {
        using TestInstance.Session maker = instance.Open();
        string id = maker.Containers.Create(ContainerServiceTests.Busybox()).Id;
        InParallel(_ =>
        {
            using TestInstance.Session session = instance.Open();
            try { session.Containers.Remove(id, new RemoveOptions(Force: true, Volumes: true)); }
            catch (EngineException failure) { Assert.Equal(ErrorCode.NotFound, failure.Code); }
        });

        Assert.Empty(instance.Leftovers());
    }

    private static void InParallel(Action<int> work)
    {
        ConcurrentBag<Exception> failures = [];
        Thread[] threads = [.. Enumerable.Range(0, Shells).Select(n => new Thread(() =>
        {
            try { work(n); }
            catch (Exception failure) { failures.Add(failure); }
        }))];
        foreach (Thread thread in threads) { thread.Start(); }

        foreach (Thread thread in threads) { thread.Join(); }

        Assert.Empty(failures);
    }
}
