using System.Collections.Concurrent;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Rootless;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>Containers with user namespaces of their own: each has ids that no other one has.</summary>
public sealed class IdRangeTests : IDisposable
{
    private const int Shells = 8;
    private const int Each = 6;

    private readonly TestInstance instance = new();

    public void Dispose() => instance.Dispose();

    [Fact]
    public void Containers_made_at_once_share_no_id()
    {
        ConcurrentBag<string> ids = [];
        Thread[] shells = [.. Enumerable.Range(0, Shells).Select(_ => new Thread(() =>
        {
            using TestInstance.Session session = instance.Open();
            for (int i = 0; i < Each; i++) { ids.Add(session.Containers.Run(Auto()).Created.Id); }
        }))];
        Array.ForEach(shells, shell => shell.Start());
        Array.ForEach(shells, shell => shell.Join());

        Assert.Equal(Shells * Each, ids.Count);
        Assert.Equal(Shells * Each, ids.Select(id => Users(id).HostId).Distinct().Count());
        Assert.Equal(Shells * Each, ids.Select(id => Groups(id).HostId).Distinct().Count());
        Assert.All(ids, id => Assert.Equal((0u, 65536u, 0u), (Users(id).ContainerId, Users(id).Size, Users(id).HostId % 65536)));
    }

    [Fact]
    public void A_container_keeps_its_ids_over_stop_and_start()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Run(Auto()).Created.Id;
        uint before = Users(id).HostId;
        instance.Processes.End(instance.Paths.RunDirectory(id), 0);
        session.Containers.Exited(id);
        session.Containers.Run(Auto());

        session.Containers.Start(id);

        Assert.Equal(before, Users(id).HostId);
    }

    [Fact]
    public void A_container_without_a_row_gets_one_at_its_start()
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(Auto()).Id;
        session.Store.Write(() => session.Store.Run("DELETE FROM id_ranges"));

        session.Containers.Start(id);

        uint given = Users(id).HostId;
        Assert.NotEqual(given, Users(session.Containers.Run(Auto()).Created.Id).HostId);
    }

    [Fact]
    public void Removal_gives_the_ids_back_and_exhaustion_says_what_is_taken()
    {
        using TestInstance.Session session = instance.Open(pools: Pools(2));
        string first = session.Containers.Create(Auto()).Id;
        session.Containers.Create(Auto());

        var failure = Assert.Throws<EngineException>(() => session.Containers.Create(Auto()));
        Assert.Equal(ErrorCode.ResourceExhausted, failure.Code);
        Assert.Contains("all 2 ranges", failure.Problem, StringComparison.Ordinal);
        Assert.Equal(2, session.Containers.List(new ContainerFilter { All = true }).Count);

        session.Containers.Remove(first, new RemoveOptions(Force: false, Volumes: false));
        session.Containers.Create(Auto());
    }

    [Fact]
    public void A_container_in_the_hosts_user_namespace_takes_none()
    {
        using TestInstance.Session session = instance.Open(pools: Pools(0));

        session.Containers.Create(ContainerServiceTests.Busybox());
    }

    private static ContainerConfig Auto() => ContainerServiceTests.Busybox() with { UserNamespace = "auto" };

    private static IdRangePools Pools(uint ranges)
    {
        IdRangePool pool = new(new SubordinateIds(1u << 30, ranges * IdRangePool.RangeSize), [], "ids", "of this test");
        return new IdRangePools(pool, pool, Wish: 0);
    }

    private IdMapping Users(string id) => Assert.Single(Linux(id).UidMappings);

    private IdMapping Groups(string id) => Assert.Single(Linux(id).GidMappings);

    private LinuxConfig Linux(string id) => RuntimeConfigReader.Read(File.ReadAllBytes(instance.Paths.Bundle(id) + "/config.json")).Linux!; // a composed configuration has it
}
