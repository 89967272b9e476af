using Inro.Engine.Health;

namespace Inro.Engine.Shim;

internal sealed partial class ShimServer
{
    /// <summary>The process of a check, or the connection of a probe, has an answer.</summary>
    public void OnHealthChanged(string state)
    {
        if (config.ExitedCommand is not [var program, _, _, var root, var id]) { return; }

        ExitCommand? command = ExitCommand.TryStart([program, "internal", "health", root, id, state]);
        if (command is not null) { loop.Add(command); }
    }

    // After the start, and after a killed shim was replaced: what the last one found is where this one goes on.
    private void WatchHealth()
    {
        HealthPlan? plan = ShimHealth.ReadPlan(config.Bundle);
        if (plan is null) { return; }

        health = new ShimHealth(plan, config, host, process!.Process, clock, Age, isAdopted ? HealthRecordFile.Read(config.RunDirectory) : null);
    }

    private void CheckHealth()
    {
        if (health is null || HasEnded || Environment.TickCount64 < health.WakesAt) { return; }

        if (health.IsBusy) { health.GiveUp(); }
        else { Watch(health.Check(this, loop)); }
    }

    private void AnswerCheck(ShimConnection connection)
    {
        if (health is null || HasEnded) { throw new ShimException(ExitStatuses.RunFailed, $"container {config.Id} has no defined healthcheck"); }

        health.Answer(connection);
    }
}
