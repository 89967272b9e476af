using Inro.Engine.Containers;
using Inro.Engine.Metadata;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>Starting again by policy, and at boot, without processes.</summary>
public sealed class TurnTests : IDisposable
{
    private readonly TestInstance instance = new();

    public void Dispose() => instance.Dispose();

    [Fact]
    public void An_end_leaves_somebody_who_waits_and_is_counted_once()
    {
        using TestInstance.Session session = instance.Open();
        string id = Run(session, "always");

        instance.Processes.End(instance.Paths.RunDirectory(id), 3);
        session.Containers.Exited(id);
        session.Containers.Exited(id); // the client and the shim's own command may both come

        Assert.Equal([id], instance.Processes.Restarters);
        ContainerRecord record = Find(session, id);
        Assert.Equal((ContainerState.Restarting, 1), (record.State, record.RestartCount));
    }

    [Fact]
    public void The_turn_starts_it_and_a_person_s_start_counts_anew()
    {
        using TestInstance.Session session = instance.Open();
        string id = Run(session, "always");
        instance.Processes.End(instance.Paths.RunDirectory(id), 3);
        session.Containers.Exited(id);

        using (RestartTurn turn = session.Containers.AwaitTurn(id)!) { Assert.NotNull(turn.Start()); }

        ContainerRecord again = Find(session, id);
        session.Containers.Stop(id, null, TimeSpan.Zero);
        session.Containers.Start(id);
        Assert.Equal((ContainerState.Running, 1, true), (again.State, again.RestartCount, again.RestartDelayNanoseconds > 0));
        ContainerRecord anew = Find(session, id);
        Assert.Equal((0, 0L, false), (anew.RestartCount, anew.RestartDelayNanoseconds, anew.IsStopped));
    }

    [Fact]
    public void Who_was_stopped_while_it_waited_is_not_started()
    {
        using TestInstance.Session session = instance.Open();
        string id = Run(session, "always");
        instance.Processes.End(instance.Paths.RunDirectory(id), 3);
        session.Containers.Exited(id);

        session.Containers.Stop(id, null, null);
        using RestartTurn turn = session.Containers.AwaitTurn(id)!;

        Assert.Null(turn.Start());
        Assert.Equal(ContainerState.Exited, Find(session, id).State);
    }

    [Fact]
    public void Another_is_sent_where_nobody_waits_and_none_where_somebody_does()
    {
        using TestInstance.Session session = instance.Open();
        string id = Run(session, "always");
        instance.Processes.End(instance.Paths.RunDirectory(id), 3);
        session.Containers.Exited(id);

        session.Containers.Find(id);
        using (session.Containers.AwaitTurn(id)) { session.Containers.Find(id); }

        Assert.Equal([id, id], instance.Processes.Restarters);
    }

    [Theory]
    [InlineData("always", true, true)]
    [InlineData("unless-stopped", true, false)]
    [InlineData("unless-stopped", false, true)]
    [InlineData("no", false, false)]
    public void A_boot_starts_what_should_run(string policy, bool isStopped, bool starts)
    {
        using TestInstance.Session session = instance.Open();
        string id = Run(session, policy);
        if (isStopped) { session.Containers.Stop(id, null, TimeSpan.Zero); }
        else { instance.Processes.KillAll(instance.Paths.RunDirectory(id)); }

        Reboot(session.Store);
        session.Containers.Repair();
        string[] started = [.. session.Containers.StartAtBoot().Select(static s => s.Name)];

        Assert.Equal(starts ? ["web"] : [], started);
        Assert.Equal(starts ? ContainerState.Running : ContainerState.Exited, Find(session, id).State);
        Assert.Empty(session.Containers.StartAtBoot()); // once in a boot
    }

    private static string Run(TestInstance.Session session, string policy) =>
        session.Containers.Run(ContainerServiceTests.Busybox() with { Name = "web", Restart = RestartPolicy.Parse(policy) }).Created.Id;

    private static ContainerRecord Find(TestInstance.Session session, string id) => session.Containers.Find(id);

    private void Reboot(MetadataStore store)
    {
        store.Write(() => store.Run("UPDATE containers SET boot = 'an earlier one'"));
        File.Delete(instance.Paths.Run + "/boot");
    }
}
