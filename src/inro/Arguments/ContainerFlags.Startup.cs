using Inro.Engine.Containers;

namespace Inro.Cli.Arguments;

/// <content>The check of the start, and how much is kept of checks.</content>
internal sealed partial class ContainerFlags
{
    private StartupCheck? startup;

    private StartupCheck Starting => startup ?? new StartupCheck();

    private void AddStartup(FlagTable table) => table
        .Text("health-log-destination", '\0', "Where the results of checks are kept: local", v => FlagValue.OneOf(v, "local"), initially: "local", offers: Completion.Of("local"))
        .Number("health-max-log-count", '\0', "How many results of checks are kept (0: as many as can be)", v => config = config with { HealthLogCount = (int)v }, initially: "5", least: 0, most: int.MaxValue)
        .Number("health-max-log-size", '\0', "How many characters of a check's output are kept (0: as many as can be)", v => config = config with { HealthLogBytes = (int)v }, least: 0, most: int.MaxValue)
        .Text("health-startup-cmd", '\0', "Check that the container must pass before the usual one begins", v => startup = Starting with { Test = ["CMD-SHELL", Probe(v)] })
        .Add(Duration("health-startup-interval", "Time between running the startup check (ms|s|m|h) (default 30s)", n => startup = Starting with { IntervalNanoseconds = n }))
        .Number("health-startup-retries", '\0', "Failures of the startup check in a row after which the container is started again (0: never)", v => startup = Starting with { Retries = (int)v }, least: 0, most: int.MaxValue)
        .Number("health-startup-success", '\0', "How often in a row the startup check must go well", v => startup = Starting with { Successes = (int)v }, least: 0, most: int.MaxValue)
        .Add(Duration("health-startup-timeout", "Maximum time to allow one startup check to run (ms|s|m|h) (default 30s)", n => startup = Starting with { TimeoutNanoseconds = n }));

    /// <exception cref="UsageException">There is no command, or checks are off.</exception>
    private StartupCheck? StartupAsked()
    {
        if (startup is null) { return null; }

        if (hasNoCheck) { throw new UsageException("--no-healthcheck conflicts with --health-startup-* options"); }

        return startup.Test.Count > 0 ? startup : throw new UsageException("--health-startup-* options need --health-startup-cmd");
    }
}
